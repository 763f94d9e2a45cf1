package meridian.client;

import java.time.Duration;
import java.util.Optional;
import meridian.history.Recorder;
import meridian.model.Isolation;
import meridian.model.RegionId;

/// How a database is connected to and used, unless a call says otherwise.
///
/// @param timeout how long a transaction may take, all its attempts together; at most a minute
/// @param attemptsMax how often the code of a transaction may run
/// @param connectTimeout how long `connect` waits for a coordinator to answer
/// @param region where this client is, if it knows; coordinators keep it for their statistics
/// @param isolation what transactions are promised
/// @param recorder where every attempt is written down for a checker, if anywhere
public record Options(
    Duration timeout,
    int attemptsMax,
    Duration connectTimeout,
    RegionId region,
    Isolation isolation,
    Optional<Recorder> recorder) {
  /// Ten seconds for a transaction and for connecting, and as many attempts as fit in.
  public static Options defaults() {
    return new Options(
        Duration.ofSeconds(10),
        Integer.MAX_VALUE,
        Duration.ofSeconds(10),
        new RegionId(""),
        Isolation.STRICT_SERIALIZABLE,
        Optional.empty());
  }

  /// The same with another time for transactions.
  public Options withTimeout(Duration time) {
    return new Options(time, attemptsMax, connectTimeout, region, isolation, recorder);
  }

  /// The same with so many attempts at most.
  public Options withAttemptsMax(int attempts) {
    return new Options(timeout, attempts, connectTimeout, region, isolation, recorder);
  }

  /// The same with another time for connecting.
  public Options withConnectTimeout(Duration time) {
    return new Options(timeout, attemptsMax, time, region, isolation, recorder);
  }

  /// The same for a client in a region.
  public Options withRegion(String name) {
    return new Options(
        timeout, attemptsMax, connectTimeout, new RegionId(name), isolation, recorder);
  }

  /// The same with transactions of another level.
  public Options withIsolation(Isolation level) {
    return new Options(timeout, attemptsMax, connectTimeout, region, level, recorder);
  }

  /// The same, writing every attempt down. The recorder stays the caller's to close.
  public Options withRecorder(Recorder to) {
    return new Options(timeout, attemptsMax, connectTimeout, region, isolation, Optional.of(to));
  }
}
