package meridian.participant;

import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import meridian.model.Limits;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.node.Now;
import meridian.paxos.Command;

/// How far back the past must be kept: for the longest transaction that has begun to read, and for
/// whoever reads a snapshot of as long ago as the settings allow. Known from samples of when which
/// slot was applied, so only to a replica that has been there for long enough; until then what was
/// kept stays.
final class Horizon {
  private static final long SAMPLE_MICROS = 1_000_000;
  private static final int SAMPLES_MAX = 600;

  /// When a slot was applied, and the largest timestamp in the log up to it.
  private record Sample(long micros, Timestamp ctsMax) {}

  private final Settings settings;
  private final Ledger ledger;
  private final NavigableMap<Long, Sample> samples = new TreeMap<>();

  Horizon(Settings settings, Ledger ledger) {
    this.settings = settings;
    this.ledger = ledger;
  }

  /// The ledger has come to another slot.
  void applied(Now now) {
    long gap = Math.max(SAMPLE_MICROS, 2_000 * settings.snapshotMillis() / SAMPLES_MAX);
    if (samples.isEmpty()
        || now.monotonicMicros() - samples.lastEntry().getValue().micros() >= gap) {
      samples.put(ledger.slot(), new Sample(now.monotonicMicros(), ledger.ctsMax()));
      if (samples.size() > SAMPLES_MAX) {
        samples.pollFirstEntry();
      }
    }
  }

  /// Moves on what may be forgotten (rule G3): versions that were overwritten, and deletions made,
  /// before the last slot that is old enough in both respects.
  Command.Collect collect(
      Timestamp watermark, SortedMap<ShardId, Timestamp> resolved, Timestamp clock, Now now) {
    long before = now.monotonicMicros() - 1_000 * Limits.TXN_MILLIS_MAX;
    Timestamp oldest = clock.minusMillis(settings.snapshotMillis());
    long slot = ledger.horizonSlot();
    Timestamp ts = ledger.horizon();
    for (Map.Entry<Long, Sample> entry : samples.entrySet()) {
      Sample sample = entry.getValue();
      if (sample.micros() >= before || sample.ctsMax().isAfter(oldest)) {
        break;
      }
      slot = Math.max(slot, entry.getKey());
      ts = Timestamp.max(ts, sample.ctsMax());
    }
    return new Command.Collect(watermark, resolved, slot, ts);
  }
}
