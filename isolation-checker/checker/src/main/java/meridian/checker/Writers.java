package meridian.checker;

import java.util.Arrays;

/// Who wrote each value: from a key and a value to the operations that wrote or appended it.
final class Writers {
  static final int NOBODY = -1;

  private final History history;

  /// Open addressing; a place holds the last operation that wrote its key and value, or NOBODY.
  private final int[] table;

  /// Per operation, the one before it that wrote the same value to the same key. Empty as long as
  /// there are none, as there should be.
  private int[] earlier = {};

  /// Whether the operation is the last of its transaction to write or append to its key.
  private final boolean[] last;

  Writers(History history) {
    this.history = history;
    this.table = new int[Integer.highestOneBit(Math.max(16, 4 * countWrites(history)) - 1)];
    this.last = new boolean[history.operations()];
    Arrays.fill(table, NOBODY);
    var seenBy = new int[history.keys()];
    Arrays.fill(seenBy, -1);
    for (int txn = 0; txn < history.transactions(); txn++) {
      for (int op = history.endOfOperations(txn) - 1; op >= history.firstOperation(txn); op--) {
        if (isWrite(history, op)) {
          last[op] = seenBy[history.key(op)] != txn;
          seenBy[history.key(op)] = txn;
        }
      }
      for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
        if (isWrite(history, op)) {
          add(op);
        }
      }
    }
  }

  static boolean isWrite(History history, int op) {
    return switch (history.kind(op)) {
      case APPEND, WRITE -> true;
      case READ, READ_LIST -> false;
    };
  }

  /// The last operation that wrote this value to this key, or NOBODY. Then ask `another`.
  int of(int key, long value) {
    return table[place(key, value)];
  }

  /// An earlier operation that wrote the same, or NOBODY.
  int another(int op) {
    return earlier.length == 0 ? NOBODY : earlier[op];
  }

  /// Whether other transactions can see this write: it was not overwritten by its own.
  boolean isLast(int op) {
    return last[op];
  }

  private static int countWrites(History history) {
    int writes = 0;
    for (int op = 0; op < history.operations(); op++) {
      writes += isWrite(history, op) ? 1 : 0;
    }
    return Math.min(writes, 1 << 28);
  }

  private void add(int op) {
    int place = place(history.key(op), history.value(op));
    if (table[place] != NOBODY) {
      if (earlier.length == 0) {
        earlier = new int[history.operations()];
        Arrays.fill(earlier, NOBODY);
      }
      earlier[op] = table[place];
    }
    table[place] = op;
  }

  private int place(int key, long value) {
    int mask = table.length - 1;
    int place = (int) Symbols.mix(value * 31 + key) & mask;
    while (table[place] != NOBODY
        && (history.key(table[place]) != key || history.value(table[place]) != value)) {
      place = (place + 1) & mask;
    }
    return place;
  }
}
