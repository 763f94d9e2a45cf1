package meridian.storage.lmdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import meridian.model.NodeId;
import meridian.storage.LogStore;
import meridian.storage.LogWrite;
import meridian.storage.Samples;
import meridian.storage.StoreUnusable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  private static final DataDirectory.Identity NODE = LmdbStoresTest.NODE;

  private @TempDir Path folder;

  @Test
  void isMadeOnceAndFoundAgain() {
    Path inside = folder.resolve("a/b");
    for (int start = 0; start < 2; start++) {
      try (DataDirectory directory = DataDirectory.open(inside, NODE);
          LogStore log = LmdbStores.openLog(directory, MapLimits.DEFAULT)) {
        assertEquals(start, log.recovered().size());
        var ballot = Samples.ballot(new Random(1));
        log.commit(java.util.List.of(new LogWrite.Ballots(Samples.shard(1), ballot, ballot)));
      }
    }
  }

  @Test
  void refusesAnotherNodeAndAnotherCluster() {
    DataDirectory.open(folder, NODE).close();
    var otherNode = new DataDirectory.Identity(NODE.cluster(), new NodeId(2));
    var otherCluster = new DataDirectory.Identity("else", NODE.node());
    assertRefused(otherNode, "belongs to another node", "cluster test, node 1", "node 2");
    assertRefused(otherCluster, "belongs to another node", "cluster test, node 1", "cluster else");
    DataDirectory.open(folder, NODE).close();
  }

  @Test
  void refusesAFormatThatItDoesNotKnowAndNamesBoth() throws IOException {
    DataDirectory.open(folder, NODE).close();
    Files.writeString(folder.resolve("FORMAT"), "meridian-data 999\n");
    assertRefused(NODE, "meridian-data 999", DataDirectory.FORMAT);
  }

  @Test
  void refusesADirectoryOfOtherThings() throws IOException {
    Files.writeString(folder.resolve("thesis.txt"), "precious");
    assertRefused(NODE, "thesis.txt", "empty directory");
    assertFalse(Files.exists(folder.resolve("FORMAT")));
  }

  @Test
  void refusesWhatIsNoDirectory() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertRefused(file, NODE, "not a directory");
  }

  @Test
  void finishesAFirstStartThatWasInterrupted() throws IOException {
    DataDirectory.open(folder, NODE).close();
    Files.delete(folder.resolve("FORMAT"));
    DataDirectory.open(folder, NODE).close();
    Files.delete(folder.resolve("FORMAT"));
    Files.delete(folder.resolve("IDENTITY"));
    Files.writeString(folder.resolve("IDENTITY.new"), "cluster te");
    DataDirectory.open(folder, NODE).close();
    assertEquals("cluster test\nnode 1\n", Files.readString(folder.resolve("IDENTITY")));
  }

  @Test
  void refusesADirectoryWhoseIdentityIsLost() throws IOException {
    DataDirectory.open(folder, NODE).close();
    Files.delete(folder.resolve("IDENTITY"));
    assertRefused(NODE, "IDENTITY is missing");
  }

  @Test
  void belongsToOneProcessAtATime() throws Exception {
    try (DataDirectory first = DataDirectory.open(folder, NODE)) {
      assertRefused(NODE, "in use by this process");
      // The refusal must not have let go of the lock, as closing any channel of a file does.
      assertTrue(answerOfAnotherProcess().contains("in use by another process"));
      assertTrue(Files.exists(first.log()));
    }
    assertTrue(answerOfAnotherProcess().startsWith("holds"));
    DataDirectory.open(folder, NODE).close();
  }

  @Test
  void isRefusedWhileAnotherProcessHasItAndFreeOnceThatIsKilled() throws Exception {
    try (var holder = new ChildProcess(HoldDirectory.class, folder.toString())) {
      assertTrue(holder.line().orElseThrow().startsWith("holds"));
      assertRefused(NODE, "in use by another process");
      holder.kill();
    }
    DataDirectory.open(folder, NODE).close();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void refusesWhereNothingCanBeWritten() {
    Path where = Path.of("/proc/meridian");
    assertRefused(where, NODE, "owns it");
  }

  @Test
  void tellsHowMuchRoomThereIs() throws IOException {
    try (DataDirectory directory = DataDirectory.open(folder, NODE)) {
      assertTrue(directory.usableBytes() > 0);
    }
  }

  private String answerOfAnotherProcess() throws IOException {
    try (var child = new ChildProcess(HoldDirectory.class, folder.toString())) {
      return child.line().orElseThrow();
    }
  }

  private void assertRefused(DataDirectory.Identity identity, String... reasons) {
    assertRefused(folder, identity, reasons);
  }

  private static void assertRefused(
      Path where, DataDirectory.Identity identity, String... reasons) {
    String refusal =
        assertThrows(StoreUnusable.class, () -> DataDirectory.open(where, identity)).toString();
    for (String reason : reasons) {
      assertTrue(refusal.contains(reason), refusal);
    }
    assertTrue(refusal.contains(where.toString()), refusal);
  }
}
