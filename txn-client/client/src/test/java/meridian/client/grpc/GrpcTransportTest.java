package meridian.client.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import meridian.client.Batch;
import meridian.client.Database;
import meridian.client.Meridian;
import meridian.client.Options;
import meridian.client.Result;
import meridian.client.RetriableException;
import meridian.client.fake.FakeServer;
import meridian.client.fake.FakeStore;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.RegionId;
import meridian.model.Value;
import org.junit.jupiter.api.Test;

class GrpcTransportTest {
  private static final Key A = Key.utf8("a");
  private static final Value ONE = Value.utf8("1");

  private final FakeStore store = new FakeStore(100, "m");

  @Test
  void commitsOverRealStreams() {
    try (var server = new FakeServer(store, "oregon", 0);
        Database db = Meridian.connect("meridian://127.0.0.1:" + server.port())) {
      db.put(A, ONE);
      assertEquals(Optional.of(ONE), db.get(A));
      assertEquals(1, db.scan(KeyRange.ALL).list().size());
    }
  }

  @Test
  void carriesTheLargestTransaction() {
    try (var server = new FakeServer(store, "oregon", 0);
        Database db = Meridian.connect("127.0.0.1:" + server.port())) {
      var batch = new Batch();
      for (int i = 0; i < 9; i++) {
        batch.put(Key.utf8("k" + i), Value.wrap(new byte[1024 * 1024]));
      }
      db.batch(batch);
      assertEquals(9, db.scan(KeyRange.ALL).list().size());
    }
  }

  @Test
  void turnsToAnotherWhereOneIsDeadAndComesBack() {
    try (var far = new FakeServer(store, "belgium", 0)) {
      var near = new FakeServer(store, "oregon", 0);
      String uri = "127.0.0.1:" + near.port() + ",127.0.0.1:" + far.port();
      try (Database db = Meridian.connect(uri)) {
        db.put(A, ONE);
        near.close();
        Result<Optional<Value>> elsewhere = db.execute(tx -> tx.get(A));
        assertEquals(List.of(new RegionId("belgium")), elsewhere.regions());

        try (var again = new FakeServer(store, "oregon", near.port())) {
          assertEquals(near.port(), again.port());
          RegionId answeredIn = new RegionId("belgium");
          long giveUpNanos = System.nanoTime() + Duration.ofSeconds(20).toNanos();
          while (answeredIn.name().equals("belgium") && System.nanoTime() < giveUpNanos) {
            answeredIn = db.execute(tx -> tx.get(A)).regions().getFirst();
          }
          assertEquals("oregon", answeredIn.name());
        }
      }
    }
  }

  @Test
  void saysWhereNobodyListens() {
    int port;
    try (var server = new FakeServer(store, "oregon", 0)) {
      port = server.port();
    }
    Options impatient = Options.defaults().withConnectTimeout(Duration.ofMillis(500));
    var error =
        assertThrows(
            RetriableException.class, () -> Meridian.connect("127.0.0.1:" + port, impatient));
    String message = String.valueOf(error.getMessage());
    assertTrue(message.contains("127.0.0.1:" + port), message);
  }
}
