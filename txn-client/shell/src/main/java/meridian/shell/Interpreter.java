package meridian.shell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.client.Batch;
import meridian.client.Database;
import meridian.client.OpenTransaction;
import meridian.client.RangeScan;
import meridian.client.ReadOptions;
import meridian.client.Result;
import meridian.client.RetriableException;
import meridian.client.Transaction;
import meridian.model.Isolation;
import meridian.model.Key;
import meridian.model.Outcome;
import meridian.model.Timestamp;
import meridian.model.Value;
import meridian.shell.Statement.Change;
import meridian.txn.Entry;
import meridian.txn.Moment;

/// Carries statements out, each as a transaction of its own or in the one that was begun.
final class Interpreter implements AutoCloseable {
  /// The transaction that statements are part of.
  enum State {
    /// There is none.
    NONE,
    OPEN,
    /// It can only be rolled back.
    FAILED
  }

  private static final List<String> ENTRY = List.of("key", "value", "version");

  /// Used at the level that transactions have unless they say otherwise.
  private Database database;

  /// How reads outside of transactions read unless they say otherwise.
  private ReadOptions usual = ReadOptions.STRICT;

  private Optional<OpenTransaction> open = Optional.empty();
  private boolean hasFailed;

  Interpreter(Database database) {
    this.database = database;
  }

  State state() {
    if (open.isEmpty()) {
      return State.NONE;
    }
    return hasFailed ? State.FAILED : State.OPEN;
  }

  /// Carries out a statement on data.
  Reply data(Statement.Data statement) {
    if (open.isPresent()) {
      return inTransaction(open.get(), statement);
    }
    return switch (statement) {
      case Statement.Get get -> read("get", get.how(), get);
      case Statement.Scan scan -> read("scan", scan.how(), scan);
      case Statement.Cas cas -> alone("cas", cas);
      case Statement.Batch batch -> isOneAddition(batch) ? alone("add", batch) : atOnce(batch);
    };
  }

  Reply useIsolation(Optional<Isolation> level) {
    level.ifPresent(wanted -> database = database.at(wanted));
    return Reply.of(
        "isolation", Table.line("transactions are " + database.options().isolation().label()));
  }

  /// @param age of the snapshot that is taken now; nothing to read the present again
  Reply useSnapshot(Optional<Duration> age) {
    if (age.isEmpty()) {
      usual = ReadOptions.STRICT;
      return Reply.of("snapshot", Table.line("reads are strictly serializable"));
    }
    Timestamp ts = database.now().minusMillis(age.get().toMillis());
    usual = ReadOptions.at(ts);
    return Reply.of("snapshot", Table.line("reads are as of " + ts));
  }

  Reply useToken(Optional<String> token) {
    token.ifPresent(database::resume);
    return Reply.of("token", Table.line(database.token()));
  }

  /// @param level nothing for the usual one
  Reply begin(Optional<Isolation> level) {
    if (open.isPresent()) {
      throw new ShellError(Exit.FAILED, "a transaction is open already: commit or rollback first");
    }
    open = Optional.of(level.map(database::at).orElse(database).begin());
    hasFailed = false;
    return Reply.of("begin", Table.line("begun"));
  }

  Reply commit() {
    OpenTransaction transaction = requireOpen();
    if (hasFailed) {
      throw failed();
    }
    open = Optional.empty();
    return Reply.of("commit", Table.line("committed"), transaction.commit());
  }

  Reply rollback() {
    requireOpen().rollback();
    open = Optional.empty();
    return Reply.of("rollback", Table.line("rolled back"));
  }

  Reply ask(Outcome.Token token) {
    List<String> columns = List.of("outcome", "detail");
    Table table =
        switch (database.outcome(token)) {
          case Outcome.Committed(var ts) ->
              Table.of(columns, List.of(List.of("committed", ts.toString())));
          case Outcome.Aborted(var reason) ->
              Table.of(columns, List.of(List.of("aborted", reason.toString())));
          case Outcome.Unknown unknown ->
              throw new ShellError(Exit.UNKNOWN, "nobody could tell in time; ask again later");
        };
    return Reply.of("outcome", table);
  }

  /// Rolls back what is open.
  @Override
  public void close() {
    open.ifPresent(OpenTransaction::close);
    open = Optional.empty();
  }

  private Reply inTransaction(OpenTransaction transaction, Statement.Data statement) {
    if (hasFailed) {
      throw failed();
    }
    try {
      return Reply.of(name(statement), apply(transaction, statement));
    } catch (RetriableException | IllegalStateException over) {
      hasFailed = true;
      throw over;
    }
  }

  private Reply read(String name, Optional<ReadOptions> wanted, Statement.Data statement) {
    ReadOptions how = wanted.orElse(usual);
    Result<Table> result = database.read(how, tx -> applyAlone(tx, statement));
    return new Reply(name, result.value(), Optional.of(result), describe(how));
  }

  private static String describe(ReadOptions how) {
    return switch (how.reads()) {
      case STRONG, VALIDATED -> "read, strictly serializable";
      case NEAREST -> "read as the nearest replica has it";
      case SNAPSHOT ->
          switch (how.moment()) {
            case Moment.Exactly(Timestamp at) -> "read as of " + at;
            case Moment.Recent recent -> "read as of a moment ago, the same on all shards";
          };
    };
  }

  private Reply alone(String name, Statement.Data statement) {
    Result<Table> result = database.execute(tx -> applyAlone(tx, statement));
    return Reply.of(name, result.value(), result);
  }

  private Reply atOnce(Statement.Batch statement) {
    var batch = new Batch();
    for (Change change : statement.changes()) {
      switch (change) {
        case Change.Put(Key key, Value value) -> batch.put(key, value);
        case Change.Delete(Key key) -> batch.delete(key);
        case Change.Add(Key key, long delta) -> batch.add(key, delta);
      }
    }
    return Reply.of(statement.name(), Table.line("ok"), database.batch(batch));
  }

  private static Table apply(Transaction tx, Statement.Data statement) {
    boolean wantsOtherRead =
        (statement instanceof Statement.Get get && get.how().isPresent())
            || (statement instanceof Statement.Scan scan && scan.how().isPresent());
    if (wantsOtherRead) {
      throw new ShellError(Exit.FAILED, "'nearest' is for reads outside of a transaction");
    }
    return applyAlone(tx, statement);
  }

  private static Table applyAlone(Transaction tx, Statement.Data statement) {
    return switch (statement) {
      case Statement.Get(Key key, var how) -> {
        Optional<Entry> entry = tx.getEntry(key);
        String line = entry.map(found -> Text.of(found.value())).orElse("(no value)");
        yield new Table(ENTRY, entry.stream().map(Interpreter::row).toList(), Optional.of(line));
      }
      case Statement.Scan scan -> {
        RangeScan rows = tx.scan(scan.range()).limit(scan.limit());
        List<Entry> found = (scan.isReverse() ? rows.reverse() : rows).list();
        yield new Table(ENTRY, found.stream().map(Interpreter::row).toList(), Optional.empty());
      }
      case Statement.Batch batch -> changes(tx, batch);
      case Statement.Cas cas -> compareAndSet(tx, cas);
    };
  }

  private static Table changes(Transaction tx, Statement.Batch batch) {
    List<List<String>> sums = new ArrayList<>();
    for (Change change : batch.changes()) {
      switch (change) {
        case Change.Put(Key key, Value value) -> tx.put(key, value);
        case Change.Delete(Key key) -> tx.delete(key);
        case Change.Add(Key key, long delta) ->
            sums.add(List.of(Text.of(key), Long.toString(tx.add(key, delta))));
      }
    }
    if (sums.isEmpty()) {
      return Table.line("ok");
    }
    Table table = Table.of(List.of("key", "value"), sums);
    return isOneAddition(batch)
        ? new Table(table.columns(), table.rows(), Optional.of(sums.getFirst().get(1)))
        : table;
  }

  private static Table compareAndSet(Transaction tx, Statement.Cas cas) {
    Optional<Value> before = tx.get(cas.key());
    boolean isSet = before.equals(cas.expected());
    if (isSet) {
      cas.update().ifPresentOrElse(value -> tx.put(cas.key(), value), () -> tx.delete(cas.key()));
    }
    String held = before.map(Text::of).orElse("nil");
    String line = isSet ? "set" : "not set: it holds " + held;
    return new Table(
        List.of("set", "before"),
        List.of(List.of(Optional.of(Boolean.toString(isSet)), before.map(Text::of))),
        Optional.of(line));
  }

  private static List<Optional<String>> row(Entry entry) {
    return List.of(
        Optional.of(Text.of(entry.key())),
        Optional.of(Text.of(entry.value())),
        entry.version().map(Object::toString));
  }

  private static boolean isOneAddition(Statement.Batch batch) {
    return batch.changes().size() == 1 && batch.changes().getFirst() instanceof Change.Add;
  }

  private static String name(Statement.Data statement) {
    return switch (statement) {
      case Statement.Get get -> "get";
      case Statement.Scan scan -> "scan";
      case Statement.Cas cas -> "cas";
      case Statement.Batch batch -> batch.name();
    };
  }

  private OpenTransaction requireOpen() {
    return open.orElseThrow(
        () -> new ShellError(Exit.FAILED, "no transaction is open: begin one first"));
  }

  private static ShellError failed() {
    return new ShellError(Exit.FAILED, "the transaction has failed: rollback, then begin again");
  }
}
