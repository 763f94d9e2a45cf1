package meridian.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import meridian.bench.load.Op;
import meridian.bench.load.Records;
import meridian.bench.load.Store;
import meridian.client.Batch;
import meridian.client.Database;
import meridian.client.Meridian;
import meridian.client.Options;
import meridian.client.ReadOptions;
import meridian.client.Result;
import meridian.client.RetriableException;
import meridian.client.Transaction;
import meridian.client.UnknownOutcomeException;
import meridian.client.Work;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Value;
import meridian.txn.Entry;

/// Meridian through its client library, as an application uses it.
final class MeridianStore implements Store {
  private static final Duration LOAD_TIMEOUT = Duration.ofSeconds(30);

  private final List<Database> connections;
  private final AtomicInteger turn = new AtomicInteger();

  private MeridianStore(List<Database> connections) {
    this.connections = connections;
  }

  /// Connects once to each coordinator, the others being what it turns to when that one is gone.
  ///
  /// @param endpoints `host:port` each
  /// @throws RetriableException if one does not answer
  static MeridianStore connect(List<String> endpoints, Options options) {
    List<Database> connections = new ArrayList<>();
    try {
      for (int first = 0; first < endpoints.size(); first++) {
        List<String> order = new ArrayList<>(endpoints.subList(first, endpoints.size()));
        order.addAll(endpoints.subList(0, first));
        connections.add(Meridian.connect("meridian://" + String.join(",", order), options));
      }
    } catch (RuntimeException failure) {
      connections.forEach(Database::close);
      throw failure;
    }
    return new MeridianStore(List.copyOf(connections));
  }

  @Override
  public Done run(Op op) {
    try {
      return new Done(Ending.COMMITTED, attempt(connection(), op).attempts());
    } catch (RetriableException refused) {
      return new Done(Ending.ABORTED, 1);
    } catch (UnknownOutcomeException unknown) {
      return new Done(Ending.UNKNOWN, 1);
    }
  }

  /// Clients take the connections in turn, so that each of these has the same share.
  private Database connection() {
    return connections.get(Math.floorMod(turn.getAndIncrement(), connections.size()));
  }

  private static Result<?> attempt(Database db, Op op) {
    return switch (op) {
      case Op.Get(String key) -> db.read(ReadOptions.STRICT, tx -> tx.get(Key.utf8(key)));
      case Op.Put(String key, String value) -> db.execute(tx -> put(tx, key, value));
      case Op.Transfer transfer -> db.execute(work(transfer));
      case Op.Scan(String from, int rows) -> {
        KeyRange range = new KeyRange(Key.utf8(from), Optional.empty());
        yield db.read(ReadOptions.STRICT, tx -> tx.scan(range).limit(rows).list());
      }
      case Op.Modify(String key, String value) ->
          db.execute(
              tx -> {
                Optional<Entry> before = tx.getEntry(Key.utf8(key));
                put(tx, key, value);
                return before;
              });
    };
  }

  private static Work<Long, RuntimeException> work(Op.Transfer transfer) {
    Key from = Key.utf8(transfer.from());
    Key to = Key.utf8(transfer.to());
    return tx -> {
      Map<Key, Value> values = tx.getAll(List.of(from, to));
      String source = text(values, from);
      String target = text(values, to);
      long amount = Math.min(transfer.amount(), Records.amount(source));
      put(tx, transfer.from(), Records.withAmount(source, Records.amount(source) - amount));
      put(tx, transfer.to(), Records.withAmount(target, Records.amount(target) + amount));
      return amount;
    };
  }

  private static String text(Map<Key, Value> values, Key key) {
    Value value = values.get(key);
    if (value == null) {
      throw new IllegalStateException("no account " + key);
    }
    return value.toUtf8();
  }

  private static String text(Key key) {
    return new String(key.unsafeBytes(), StandardCharsets.UTF_8);
  }

  private static Optional<Void> put(Transaction tx, String key, String value) {
    tx.put(Key.utf8(key), Value.utf8(value));
    return Optional.empty();
  }

  @Override
  public void load(List<Op.Put> puts) {
    Batch batch = new Batch();
    puts.forEach(put -> batch.put(Key.utf8(put.key()), Value.utf8(put.value())));
    connection().withTimeout(LOAD_TIMEOUT).batch(batch);
  }

  @Override
  public Map<String, String> read(List<String> keys) {
    Map<String, String> found = new LinkedHashMap<>();
    connection()
        .withTimeout(LOAD_TIMEOUT)
        .getAll(keys.stream().map(Key::utf8).toList())
        .forEach((key, value) -> found.put(text(key), value.toUtf8()));
    return found;
  }

  @Override
  public void close() {
    connections.forEach(Database::close);
  }
}
