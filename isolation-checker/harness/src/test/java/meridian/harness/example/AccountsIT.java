package meridian.harness.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import meridian.client.Database;
import meridian.harness.cluster.LocalCluster;
import meridian.harness.junit.MeridianTest;
import meridian.model.Key;
import meridian.model.Value;
import org.junit.jupiter.api.Test;

/// Accounts and transfers, each test on an empty store; that its history is strictly serializable
/// is checked without a word about it.
@MeridianTest
class AccountsIT {
  private static final Key ALICE = Key.utf8("alice");
  private static final Key ZOE = Key.utf8("zoe");
  private static final int TRANSFERS = 20;

  private static long transfer(Database db, Key from, Key to, long amount) {
    return db.transact(
        tx -> {
          if (tx.add(from, -amount) < 0) {
            throw new IllegalStateException(from + " is short of money");
          }
          return tx.add(to, amount);
        });
  }

  @Test
  void transfersBothWaysAtOnceKeepTheTotal(Database here, Database there) {
    here.put(ALICE, Value.utf8("100"));
    here.put(ZOE, Value.utf8("100"));
    List<CompletableFuture<Void>> threads =
        IntStream.range(0, TRANSFERS).mapToObj(i -> i % 2 == 0 ? away(here) : back(there)).toList();
    threads.forEach(CompletableFuture::join);
    long total =
        here.getAll(List.of(ALICE, ZOE)).values().stream()
            .mapToLong(balance -> Long.parseLong(balance.toUtf8()))
            .sum();
    assertEquals(200, total);
  }

  private static CompletableFuture<Void> away(Database db) {
    return CompletableFuture.runAsync(() -> transfer(db, ALICE, ZOE, 5));
  }

  private static CompletableFuture<Void> back(Database db) {
    return CompletableFuture.runAsync(() -> transfer(db, ZOE, ALICE, 5));
  }

  @Test
  void nobodySpendsWhatIsNotThere(Database db) {
    db.put(ALICE, Value.utf8("10"));
    assertThrows(IllegalStateException.class, () -> transfer(db, ALICE, ZOE, 11));
    assertEquals("10", db.get(ALICE).orElseThrow().toUtf8());
    assertEquals(10, transfer(db, ALICE, ZOE, 10));
  }

  @Test
  void aTransferOutlivesACrash(Database db, LocalCluster cluster) throws Exception {
    db.put(ALICE, Value.utf8("10"));
    transfer(db, ALICE, ZOE, 4);
    cluster.control().kill(cluster.nodes().getFirst());
    assertEquals(8, transfer(db, ALICE, ZOE, 4));
    cluster.control().restart(cluster.nodes().getFirst());
    assertEquals("2", db.get(ALICE).orElseThrow().toUtf8());
  }
}
