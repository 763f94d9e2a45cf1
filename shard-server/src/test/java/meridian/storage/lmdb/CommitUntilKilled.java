package meridian.storage.lmdb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import meridian.model.NodeId;
import meridian.paxos.Ballot;
import meridian.storage.LogStore;
import meridian.storage.LogWrite;
import meridian.storage.Samples;

/// Commits one batch after the other, each to two shards, and prints the number of each once the
/// commit has returned. Ends only when it is killed.
public final class CommitUntilKilled {
  /// Entries of a batch in each of the shards.
  static final int ENTRIES = 3;

  private CommitUntilKilled() {}

  public static void main(String[] arguments) {
    DataDirectory directory = DataDirectory.open(Path.of(arguments[0]), LmdbStoresTest.NODE);
    LogStore log = LmdbStores.openLog(directory, new MapLimits(64 * 1024, 1L << 30));
    for (long number = Long.parseLong(arguments[1]); true; number++) {
      log.commit(batch(number));
      System.out.println(number);
    }
  }

  /// The batch of this number, counted from 1: some entries for both shards, and the number as
  /// ballot.
  static List<LogWrite> batch(long number) {
    RandomGenerator random = new java.util.Random(number);
    List<LogWrite> batch = new ArrayList<>();
    for (int shard = 1; shard <= 2; shard++) {
      var ballot = new Ballot(number, new NodeId(shard));
      batch.add(new LogWrite.Ballots(Samples.shard(shard), ballot, ballot));
      for (int i = 1; i <= ENTRIES; i++) {
        long slot = (number - 1) * ENTRIES + i;
        batch.add(new LogWrite.Append(Samples.shard(shard), Samples.entry(slot, random)));
      }
    }
    return batch;
  }
}
