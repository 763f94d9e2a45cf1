package meridian.harness.torture;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import meridian.client.Database;
import meridian.client.Lists;
import meridian.client.RetriableException;
import meridian.client.Transaction;
import meridian.client.UnknownOutcomeException;
import meridian.harness.workload.Ended;
import meridian.harness.workload.Store;
import meridian.harness.workload.Txn;
import meridian.model.Key;
import meridian.model.Value;

/// Meridian, as a workload sees a store.
///
/// @param database records what is done with it
record DatabaseStore(Database database) implements Store {
  @Override
  public <T> Ended<T> transact(Function<Txn, T> work) {
    try {
      return new Ended.Committed<>(database.transact(tx -> work.apply(new Adapted(tx))));
    } catch (RetriableException nothingHappened) {
      return new Ended.Aborted<>(String.valueOf(nothingHappened.getMessage()));
    } catch (UnknownOutcomeException nobodyTold) {
      return new Ended.Unknown<>(String.valueOf(nobodyTold.getMessage()));
    }
  }

  @Override
  public void close() {
    database.close();
  }

  private record Adapted(Transaction tx) implements Txn {
    @Override
    public Optional<String> read(String key) {
      return tx.get(Key.utf8(key)).map(Value::toUtf8);
    }

    @Override
    public void write(String key, String value) {
      tx.put(Key.utf8(key), Value.utf8(value));
    }

    @Override
    public List<String> readList(String key) {
      return Lists.read(tx, Key.utf8(key));
    }

    @Override
    public void append(String key, String element) {
      Lists.append(tx, Key.utf8(key), element);
    }
  }
}
