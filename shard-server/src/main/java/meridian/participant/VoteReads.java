package meridian.participant;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import meridian.model.Key;
import meridian.model.Limits;
import meridian.model.Observed;
import meridian.model.ShardId;
import meridian.model.TxnPart;
import meridian.storage.Version;
import meridian.txn.Reading;

/// Reads what a transaction wants to know together with the vote on it (rule 2.11): while it is
/// prepared nobody can change it, so that what all participants say is true at one moment, the one
/// at which the last of their votes was chosen.
final class VoteReads {
  private VoteReads() {}

  static boolean wants(TxnPart part) {
    return part.reads().stream().anyMatch(Observed::isAtVote);
  }

  /// What a leader's log holds of the ranges, up to the vote that was just appended to it.
  ///
  /// @return nothing if it is more than one page of each
  /// @throws meridian.storage.CorruptRecord if some of it is stored damaged here
  static Optional<List<Reading.Page>> pages(
      ShardId shard, int generation, long slot, TxnPart part, Tail tail) {
    List<Reading.Page> pages = new ArrayList<>();
    for (Observed read : part.reads()) {
      if (read.isAtVote()) {
        NavigableMap<Key, Version> found = new TreeMap<>();
        long[] bytes = {0};
        boolean[] fits = {true};
        tail.scan(
            read.range(),
            (key, version) -> {
              found.put(key, version);
              bytes[0] += key.size() + version.value().map(v -> v.size()).orElse(0);
              fits[0] = found.size() <= Limits.PAGE_ROWS_MAX && bytes[0] <= Limits.PAGE_BYTES_MAX;
              return fits[0];
            });
        if (!fits[0]) {
          return Optional.empty();
        }
        pages.add(
            new Reading.Page(shard, generation, slot, read.range(), rows(found), Optional.empty()));
      }
    }
    return Optional.of(pages);
  }

  private static List<Reading.Row> rows(NavigableMap<Key, Version> found) {
    List<Reading.Row> rows = new ArrayList<>();
    found.forEach(
        (key, version) ->
            version.value().ifPresent(v -> rows.add(new Reading.Row(key, v, version.ts()))));
    return rows;
  }
}
