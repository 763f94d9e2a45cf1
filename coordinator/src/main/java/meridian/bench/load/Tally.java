package meridian.bench.load;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/// What came of a run while it was measured.
///
/// @param clients that ran at once
/// @param committed operations that ended well
/// @param aborted operations that did not happen
/// @param unknown operations that may have happened
/// @param retries attempts beyond the first, of all operations
/// @param nanos how long it was measured
/// @param latencies of committed operations with all their attempts, in nanoseconds, as measured
public record Tally(
    int clients,
    long committed,
    long aborted,
    long unknown,
    long retries,
    long nanos,
    Histogram latencies) {
  /// From a nanosecond to two minutes, to a part in a thousand.
  static final long NANOS_MAX = 120_000_000_000L;

  static final int DIGITS = 3;

  private static final double NANOS_PER_SECOND = 1e9;

  /// Committed operations a second.
  public double perSecond() {
    return committed * NANOS_PER_SECOND / nanos;
  }

  /// The latencies that clients would have seen had they not waited for one answer before the next
  /// question. A client of a closed loop that is kept waiting asks nothing meanwhile, and so leaves
  /// out just those questions that would have waited too (coordinated omission). Each latency above
  /// the mean time between a client's questions therefore stands for further ones, of what would
  /// have been left of it after each such time; HdrHistogram adds them.
  public Histogram corrected() {
    if (committed == 0) {
      return latencies;
    }
    long interval = Math.max(1, nanos * clients / committed);
    return latencies.copyCorrectedForCoordinatedOmission(interval);
  }

  /// All of it on one line, for another process.
  public String toLine() {
    var buffer = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
    int length = latencies.encodeIntoCompressedByteBuffer(buffer);
    var bytes = Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
    return "%d %d %d %d %d %d %s"
        .formatted(clients, committed, aborted, unknown, retries, nanos, bytes);
  }

  /// What `toLine` wrote.
  ///
  /// @throws IllegalArgumentException if it did not
  public static Tally ofLine(String line) {
    String[] fields = line.strip().split(" ", -1);
    if (fields.length != 7) {
      throw new IllegalArgumentException("not a tally: " + line);
    }
    var buffer = ByteBuffer.wrap(Base64.getDecoder().decode(fields[6]));
    try {
      return new Tally(
          Integer.parseInt(fields[0]),
          Long.parseLong(fields[1]),
          Long.parseLong(fields[2]),
          Long.parseLong(fields[3]),
          Long.parseLong(fields[4]),
          Long.parseLong(fields[5]),
          Histogram.decodeFromCompressedByteBuffer(buffer, NANOS_MAX));
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("not a tally: " + line, e);
    }
  }
}
