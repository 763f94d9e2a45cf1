package meridian.checker;

import java.util.List;

/// What clients saw of a database: transactions, each a list of operations in program order.
///
/// Transactions and operations are numbered in the order in which they were added, keys in order of
/// appearance. Inside, everything lies in arrays of primitives, one per attribute: a history of a
/// million transactions has ten million operations.
///
/// A key is either a register, which is written and read whole, or a list, to which values are
/// appended and which is read whole. Values are integers; other values are numbered and kept as
/// text (`valueText`).
public final class History {
  /// What a read of a key returns that has no value. Also a list without elements.
  public static final long ABSENT = Long.MAX_VALUE;

  /// An invocation time that nobody recorded: before all others.
  public static final long NEVER_BEFORE = Long.MIN_VALUE;

  /// A completion time that nobody recorded: after all others.
  public static final long NEVER_AFTER = Long.MAX_VALUE;

  /// What an operation does.
  public enum Kind {
    APPEND,
    WRITE,
    READ,
    READ_LIST;

    private static final Kind[] KINDS = values();

    /// The form in which histories keep it.
    @SuppressWarnings("EnumOrdinal") // never leaves the process
    byte code() {
      return (byte) ordinal();
    }
  }

  final Columns columns;

  History(Columns columns) {
    this.columns = columns;
  }

  public int transactions() {
    return columns.transactions;
  }

  public int operations() {
    return columns.operations;
  }

  public int keys() {
    return columns.keys.size();
  }

  public int sessions() {
    return columns.sessions.size();
  }

  /// The name that the recording gives a transaction; its number where it gives none.
  public String name(int txn) {
    var name = columns.names.get(txn);
    return name != null ? name : "T" + txn;
  }

  public int session(int txn) {
    return columns.session[txn];
  }

  public String sessionName(int session) {
    return columns.sessions.name(session);
  }

  public Outcome outcome(int txn) {
    return Outcome.of(columns.outcome[txn]);
  }

  public long invoked(int txn) {
    return columns.invoked[txn];
  }

  public long completed(int txn) {
    return columns.completed[txn];
  }

  /// Whether every committed transaction carries the timestamp at which the database says it did.
  public boolean hasTimestamps() {
    return columns.timestamped == columns.committed && columns.committed > 0;
  }

  /// Compares commit timestamps, unsigned; those of transactions without one are zero.
  public int compareTimestamps(int txn, int other) {
    int high = Long.compareUnsigned(columns.timestampHigh[txn], columns.timestampHigh[other]);
    return high != 0
        ? high
        : Long.compareUnsigned(columns.timestampLow[txn], columns.timestampLow[other]);
  }

  /// Whether some transaction names the level that it asked for.
  public boolean hasAskedLevels() {
    return columns.asked.length > 0;
  }

  /// The level that a transaction asked for. Read uncommitted, which promises nothing, if it named
  /// none.
  public Level asked(int txn) {
    return txn < columns.asked.length
        ? Level.weakestFirst().get(columns.asked[txn])
        : Level.READ_UNCOMMITTED;
  }

  public int firstOperation(int txn) {
    return columns.first[txn];
  }

  /// One past the last operation of a transaction.
  public int endOfOperations(int txn) {
    return columns.first[txn + 1];
  }

  /// The transaction that an operation belongs to.
  public int transactionOf(int operation) {
    return columns.owner[operation];
  }

  public Kind kind(int operation) {
    return Kind.KINDS[columns.kind[operation]];
  }

  public int key(int operation) {
    return columns.key[operation];
  }

  public String keyName(int key) {
    return columns.keys.name(key);
  }

  public boolean isList(int key) {
    return columns.isList(key);
  }

  /// The value written, appended, or read from a register.
  public long value(int operation) {
    return columns.value[operation];
  }

  /// How many elements a list read returned.
  public int length(int operation) {
    long value = columns.value[operation];
    return value >= 0 ? (int) value : columns.oddLists.get((int) ~value).length;
  }

  /// The elements that a list read returned. May be longer than `length`: the rest is not read.
  public long[] elements(int operation) {
    long value = columns.value[operation];
    return value >= 0 ? columns.spine(columns.key[operation]) : columns.oddLists.get((int) ~value);
  }

  /// Whether the read returned a prefix of its key's spine: the first list read of the key, made
  /// longer by each longer read that starts with it.
  boolean isOnSpine(int operation) {
    return columns.value[operation] >= 0;
  }

  /// A value as the recording shows it.
  public String valueText(long value) {
    return columns.values.text(value);
  }

  /// The value that a register has before anybody wrote it, besides none at all. `ABSENT` if reads
  /// of unwritten registers return nothing.
  public long initialValue() {
    return columns.initial;
  }

  /// The same history, its registers starting at another value.
  public History startingAt(long initial) {
    return new History(columns.startingAt(initial));
  }

  /// An operation as people write it: `read(x) = [1, 2]`.
  public String text(int operation) {
    var key = keyName(key(operation));
    return switch (kind(operation)) {
      case APPEND -> "append(" + key + ", " + valueText(value(operation)) + ")";
      case WRITE -> "write(" + key + ", " + valueText(value(operation)) + ")";
      case READ -> "read(" + key + ") = " + valueText(value(operation));
      case READ_LIST -> "read(" + key + ") = " + listText(operation);
    };
  }

  private String listText(int operation) {
    var elements = elements(operation);
    int length = length(operation);
    var texts = new java.util.ArrayList<String>();
    for (int i = 0; i < length; i++) {
      texts.add(valueText(elements[i]));
    }
    return texts.toString();
  }

  /// All names of keys, by number.
  public List<String> keyNames() {
    return columns.keys.names();
  }
}
