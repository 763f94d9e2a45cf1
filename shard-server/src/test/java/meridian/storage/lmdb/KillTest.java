package meridian.storage.lmdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import meridian.storage.LogModel;
import meridian.storage.LogStore;
import meridian.storage.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that is killed in the middle of commits leaves a prefix of its batches behind, each
/// whole, and at least those whose commit had returned.
class KillTest {
  private static final int KILLS = 4;

  private @TempDir Path folder;

  @Test
  void whatWasAcknowledgedIsThereAfterAKillAndNothingByHalves() throws Exception {
    LogModel expected = new LogModel();
    Random random = new Random(7);
    long last = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      long acknowledged = runAndKill(last + 1, random.nextInt(1, 60));
      last = recoveredBatches(expected, last);
      assertTrue(last >= acknowledged, last + " recovered of " + acknowledged);
    }
    assertTrue(last > 20, "too few batches to prove anything: " + last);
  }

  /// Lets a child commit from a batch on, kills it after so many acknowledgements, and returns the
  /// last one that it gave.
  private long runAndKill(long from, int acknowledgements) throws Exception {
    try (var child =
        new ChildProcess(CommitUntilKilled.class, folder.toString(), Long.toString(from))) {
      long last = 0;
      for (int i = 0; i < acknowledgements; i++) {
        last = Long.parseLong(child.line().orElseThrow());
      }
      child.kill();
      return last;
    }
  }

  /// Checks that what is there is what so many batches make, and returns how many.
  private long recoveredBatches(LogModel model, long atLeast) {
    try (DataDirectory directory = DataDirectory.open(folder, LmdbStoresTest.NODE);
        LogStore log = LmdbStores.openLog(directory, MapLimits.DEFAULT)) {
      var recovered = log.recovered();
      long batches = Samples.recovered(recovered, Samples.shard(1)).promised().round();
      for (long number = atLeast + 1; number <= batches; number++) {
        model.take(CommitUntilKilled.batch(number));
      }
      assertEquals(new TreeMap<>(model.logs()), recovered);
      return batches;
    }
  }
}
