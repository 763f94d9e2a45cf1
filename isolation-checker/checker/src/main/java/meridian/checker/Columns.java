package meridian.checker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The arrays behind a history, one per attribute, and how they grow. Filled by `HistoryBuilder`,
/// read by `History`.
final class Columns {
  int transactions;
  int committed;
  int timestamped;
  int[] session = new int[16];
  byte[] outcome = new byte[16];
  long[] invoked = new long[16];
  long[] completed = new long[16];
  long[] timestampHigh = new long[0];
  long[] timestampLow = new long[0];
  final Map<Integer, String> names;

  /// The level that each transaction asked for, as its place among the levels. Empty if none did.
  byte[] asked = new byte[0];

  /// The first operation of each transaction, and at the end the number of operations.
  int[] first = new int[17];

  int operations;
  byte[] kind = new byte[64];
  int[] key = new int[64];

  /// The transaction that an operation belongs to.
  int[] owner = new int[64];

  /// The value of an operation. Of a list read: the length of the prefix of the key's spine that it
  /// returned or, if it returned something else, the complement of its place in `oddLists`.
  ///
  /// Reads of one list are prefixes of each other unless something is very wrong, so a history that
  /// shows a list of length n a thousand times keeps it once.
  long[] value = new long[64];

  long[][] spines = new long[16][];
  int[] spineLength = new int[16];
  final List<long[]> oddLists;

  /// Bits per key: was it used as a list, as a register.
  byte[] usedAs = new byte[16];

  static final byte AS_LIST = 1;
  static final byte AS_REGISTER = 2;

  final Symbols keys;
  final Symbols sessions;
  final Values values;
  long initial = History.ABSENT;

  Columns() {
    this(new HashMap<>(), new ArrayList<>(), new Symbols(), new Symbols(), new Values());
  }

  private Columns(
      Map<Integer, String> names,
      List<long[]> oddLists,
      Symbols keys,
      Symbols sessions,
      Values values) {
    this.names = names;
    this.oddLists = oddLists;
    this.keys = keys;
    this.sessions = sessions;
    this.values = values;
  }

  Columns startingAt(long initialValue) {
    var copy = new Columns(names, oddLists, keys, sessions, values);
    copy.transactions = transactions;
    copy.committed = committed;
    copy.timestamped = timestamped;
    copy.session = session;
    copy.outcome = outcome;
    copy.invoked = invoked;
    copy.completed = completed;
    copy.timestampHigh = timestampHigh;
    copy.timestampLow = timestampLow;
    copy.asked = asked;
    copy.first = first;
    copy.operations = operations;
    copy.kind = kind;
    copy.key = key;
    copy.owner = owner;
    copy.value = value;
    copy.spines = spines;
    copy.spineLength = spineLength;
    copy.usedAs = usedAs;
    copy.initial = initialValue;
    return copy;
  }

  private static final long[] EMPTY = {};

  long[] spine(int keyNumber) {
    var spine = spines[keyNumber];
    return spine == null ? EMPTY : spine;
  }

  boolean isList(int keyNumber) {
    return (usedAs[keyNumber] & AS_LIST) != 0;
  }

  void roomForTransaction() {
    if (transactions == session.length) {
      int length = 2 * transactions;
      session = Arrays.copyOf(session, length);
      outcome = Arrays.copyOf(outcome, length);
      invoked = Arrays.copyOf(invoked, length);
      completed = Arrays.copyOf(completed, length);
      first = Arrays.copyOf(first, length + 1);
    }
  }

  void roomForOperation() {
    if (operations == kind.length) {
      int length = 2 * operations;
      kind = Arrays.copyOf(kind, length);
      key = Arrays.copyOf(key, length);
      owner = Arrays.copyOf(owner, length);
      value = Arrays.copyOf(value, length);
    }
  }

  void roomForKey(int keyNumber) {
    if (keyNumber >= usedAs.length) {
      int length = Math.max(keyNumber + 1, 2 * usedAs.length);
      usedAs = Arrays.copyOf(usedAs, length);
      spines = Arrays.copyOf(spines, length);
      spineLength = Arrays.copyOf(spineLength, length);
    }
  }

  void roomForAsked() {
    if (asked.length < session.length) {
      asked = Arrays.copyOf(asked, session.length);
    }
  }

  void roomForTimestamp() {
    if (timestampLow.length < session.length) {
      timestampHigh = Arrays.copyOf(timestampHigh, session.length);
      timestampLow = Arrays.copyOf(timestampLow, session.length);
    }
  }

  /// What to put into `value` for a list read: see there.
  long listValue(int keyNumber, long[] elements, int length) {
    var spine = spines[keyNumber];
    int known = spineLength[keyNumber];
    int shared = Math.min(known, length);
    if (spine != null && !Arrays.equals(spine, 0, shared, elements, 0, shared)) {
      oddLists.add(Arrays.copyOf(elements, length));
      return ~(oddLists.size() - 1L);
    }
    if (length > known) {
      if (spine == null || spine.length < length) {
        spine = spine == null ? new long[length] : Arrays.copyOf(spine, 2 * length);
        spines[keyNumber] = spine;
      }
      System.arraycopy(elements, known, spine, known, length - known);
      spineLength[keyNumber] = length;
    }
    return length;
  }
}
