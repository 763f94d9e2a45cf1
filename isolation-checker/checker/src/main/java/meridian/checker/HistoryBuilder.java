package meridian.checker;

/// Records a history, transaction by transaction:
///
/// ```java
/// var builder = new HistoryBuilder();
/// builder.begin("t1", 3, 1_000).append("k", 5).readList("k", 1, 5).write("x", 7).commit(2_000);
/// builder.begin("t2", 4, 1_500).read("x", 7).readAbsent("y").unknown();
/// var report = Checker.check(builder.build());
/// ```
///
/// Add the transactions of one session in the order in which the session ran them; how sessions are
/// interleaved does not matter. Times may be in any unit: T comes before U in real time if T
/// completed strictly before U was invoked.
public final class HistoryBuilder {
  private final Columns columns = new Columns();
  private boolean open;

  /// Begins a transaction. Its operations follow, then how it ended.
  public HistoryBuilder begin(String name, long session, long invoked) {
    return begin(columns.sessions.of(session), invoked).named(name);
  }

  /// Begins a transaction of a session known by `sessionNumber`, without a name of its own.
  public HistoryBuilder begin(int sessionNumber, long invoked) {
    if (open) {
      throw new BadHistory("a transaction begins before the one before it has ended");
    }
    open = true;
    columns.roomForTransaction();
    columns.session[columns.transactions] = sessionNumber;
    columns.invoked[columns.transactions] = invoked;
    columns.first[columns.transactions] = columns.operations;
    return this;
  }

  public int sessionNumber(long name) {
    return columns.sessions.of(name);
  }

  public int sessionNumber(String name) {
    return columns.sessions.of(name);
  }

  /// Names the transaction that is being added.
  public HistoryBuilder named(String name) {
    columns.names.put(columns.transactions, name);
    return this;
  }

  /// The timestamp at which the database says the transaction committed: a hint where to look for
  /// an execution first, never taken as a proof.
  public HistoryBuilder timestamp(long low) {
    return timestamp(0, low);
  }

  /// A timestamp of 128 bits, compared unsigned.
  public HistoryBuilder timestamp(long high, long low) {
    columns.roomForTimestamp();
    columns.timestampHigh[columns.transactions] = high;
    columns.timestampLow[columns.transactions] = low;
    pendingTimestamp = true;
    return this;
  }

  private boolean pendingTimestamp;

  /// The level that the transaction asked the database for.
  public HistoryBuilder asking(Level level) {
    columns.roomForAsked();
    columns.asked[columns.transactions] = level.code();
    return this;
  }

  public HistoryBuilder append(String key, long value) {
    return add(History.Kind.APPEND, key(key), Values.of(value));
  }

  public HistoryBuilder append(String key, String value) {
    return add(History.Kind.APPEND, key(key), value(value));
  }

  public HistoryBuilder write(String key, long value) {
    return add(History.Kind.WRITE, key(key), Values.of(value));
  }

  public HistoryBuilder write(String key, String value) {
    return add(History.Kind.WRITE, key(key), value(value));
  }

  public HistoryBuilder read(String key, long value) {
    return add(History.Kind.READ, key(key), Values.of(value));
  }

  public HistoryBuilder read(String key, String value) {
    return add(History.Kind.READ, key(key), value(value));
  }

  /// A read that found nothing; of a list, one that found no elements.
  public HistoryBuilder readAbsent(String key) {
    return add(History.Kind.READ, key(key), History.ABSENT);
  }

  public HistoryBuilder readList(String key, long... elements) {
    return readList(key(key), elements, elements.length);
  }

  public HistoryBuilder commit(long completed) {
    return end(Outcome.COMMITTED, completed);
  }

  public HistoryBuilder abort(long completed) {
    return end(Outcome.ABORTED, completed);
  }

  /// Ends a transaction of which nobody knows whether, and when, it committed.
  public HistoryBuilder unknown() {
    return end(Outcome.UNKNOWN, History.NEVER_AFTER);
  }

  public HistoryBuilder end(Outcome outcome, long completed) {
    int txn = columns.transactions++;
    open = false;
    columns.outcome[txn] = outcome.code();
    columns.completed[txn] = outcome == Outcome.UNKNOWN ? History.NEVER_AFTER : completed;
    columns.first[txn + 1] = columns.operations;
    if (outcome == Outcome.COMMITTED) {
      columns.committed++;
      columns.timestamped += pendingTimestamp ? 1 : 0;
    }
    pendingTimestamp = false;
    return this;
  }

  /// The number of a key; the methods below that take numbers are for parsers in a hurry.
  public int key(String name) {
    return roomFor(columns.keys.of(name));
  }

  public int key(long name) {
    return roomFor(columns.keys.of(name));
  }

  /// The form in which a value that is not an integer is passed to `add`.
  public long value(String text) {
    return columns.values.of(text);
  }

  public HistoryBuilder add(History.Kind kind, int key, long value) {
    columns.roomForOperation();
    columns.kind[columns.operations] = kind.code();
    columns.key[columns.operations] = key;
    columns.owner[columns.operations] = columns.transactions;
    columns.value[columns.operations++] = value;
    columns.usedAs[key] |=
        switch (kind) {
          case APPEND, READ_LIST -> Columns.AS_LIST;
          case WRITE -> Columns.AS_REGISTER;
          case READ -> value == History.ABSENT ? 0 : Columns.AS_REGISTER;
        };
    return this;
  }

  public HistoryBuilder readList(int key, long[] elements, int length) {
    return add(History.Kind.READ_LIST, key, columns.listValue(key, elements, length));
  }

  /// What reads of unwritten registers return, besides nothing at all.
  public HistoryBuilder startingAt(long initial) {
    columns.initial = initial;
    return this;
  }

  public History build() {
    if (open) {
      throw new BadHistory("the last transaction has not ended");
    }
    columns.roomForTimestamp();
    for (int key = 0; key < columns.keys.size(); key++) {
      if (columns.usedAs[key] == (Columns.AS_LIST | Columns.AS_REGISTER)) {
        throw new BadHistory(
            "the key " + columns.keys.name(key) + " is used both as a list and as a register");
      }
    }
    return new History(columns);
  }

  private int roomFor(int key) {
    columns.roomForKey(key);
    return key;
  }
}
