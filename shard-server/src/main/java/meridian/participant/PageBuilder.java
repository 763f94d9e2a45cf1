package meridian.participant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Limits;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.mvcc.VersionStore;
import meridian.storage.Version;
import meridian.txn.Reading;

/// Gathers one page of what a range holds, or held at a time.
final class PageBuilder implements VersionStore.Visitor, VersionStore.PastVisitor {
  private final Reading.Range range;
  private final List<Reading.Row> rows = new ArrayList<>();
  private final int rowsMax;
  private long bytes;
  private Timestamp newest = Timestamp.ZERO;

  /// The first slot that changed something since the time that the page is of.
  private long slotChanged = Long.MAX_VALUE;

  private boolean full;

  PageBuilder(Reading.Range range) {
    this.range = range;
    this.rowsMax =
        range.limit() == 0 ? Limits.PAGE_ROWS_MAX : Math.min(range.limit(), Limits.PAGE_ROWS_MAX);
  }

  @Override
  public boolean visit(Key key, Version version) {
    newest = Timestamp.max(newest, version.ts());
    if (version.value().isEmpty()) {
      return true;
    }
    rows.add(new Reading.Row(key, version.value().get(), version.ts()));
    bytes += key.size() + version.value().get().size();
    full = rows.size() >= rowsMax || bytes >= Limits.PAGE_BYTES_MAX;
    return !full;
  }

  @Override
  public boolean visit(Key key, Optional<Version> then, Version latest) {
    if (then.isEmpty() || !then.get().equals(latest)) {
      slotChanged = Math.min(slotChanged, latest.slot());
    }
    return then.isEmpty() || visit(key, then.get());
  }

  /// Bytes of keys and values so far.
  long bytes() {
    return bytes;
  }

  /// The largest timestamp of anything seen, deletions included.
  Timestamp newest() {
    return newest;
  }

  /// @param slot that has been applied. Where something has changed since the time that was asked
  ///   for, the page says that it is of an earlier slot, so that its validation finds the change
  ///   (rule S1)
  Reading.Page page(ShardId shard, int generation, long slot) {
    long shown = Math.min(slot, slotChanged - 1);
    KeyRange keys = range.keys();
    if (!full || keys.isPoint()) {
      return new Reading.Page(shard, generation, shown, keys, rows, Optional.empty());
    }
    Key last = rows.getLast().key();
    KeyRange covered =
        range.reverse() ? new KeyRange(last, keys.end()) : KeyRange.of(keys.start(), last.next());
    KeyRange rest =
        range.reverse() ? KeyRange.of(keys.start(), last) : new KeyRange(last.next(), keys.end());
    return new Reading.Page(
        shard,
        generation,
        shown,
        covered,
        rows,
        rest.isEmpty() ? Optional.empty() : Optional.of(rest));
  }
}
