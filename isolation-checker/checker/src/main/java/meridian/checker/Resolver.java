package meridian.checker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// Finds the facts of a history: see `Facts`. Stops at the first read that nothing explains, as one
/// is enough to violate read committed and everything above.
final class Resolver {
  private final History history;
  private final boolean internalReads;

  /// Whether transactions are asked for what they asked for, so that reads of those that asked for
  /// read uncommitted tell nothing.
  private final boolean asked;

  /// For reads of values that several transactions wrote: the operation to take as their writer.
  private final Map<Integer, Integer> choices;

  private final Writers writers;
  private final Facts facts;
  private final ArrayList<Facts.Ambiguous> ambiguous = new ArrayList<>();

  /// By operation: the write that it is part of.
  private final int[] writeOfOp;

  /// By key: the last own write of the transaction at hand; older ones are told by their number.
  private final int[] own;

  private Resolver(
      History history, boolean internalReads, boolean asked, Map<Integer, Integer> choices) {
    this.history = history;
    this.internalReads = internalReads;
    this.asked = asked;
    this.choices = choices;
    this.writers = new Writers(history);
    this.facts = new Facts(history);
    this.writeOfOp = new int[history.operations()];
    this.own = new int[history.keys()];
  }

  static Facts resolve(
      History history, boolean internalReads, boolean asked, Map<Integer, Integer> choices) {
    var resolver = new Resolver(history, internalReads, asked, choices);
    resolver.count();
    resolver.collectWrites();
    resolver.orderSessions();
    try {
      resolver.chainLists();
      resolver.collectReads();
    } catch (Unexplained e) {
      resolver.facts.unreadable = Optional.of(e.read);
    }
    resolver.facts.ambiguous = resolver.ambiguous;
    return resolver.facts;
  }

  // Which transactions count.

  private void count() {
    var counts = new Included(history, writers, asked, choices).find();
    facts.node = new int[history.transactions()];
    facts.txn = new int[history.transactions()];
    for (int txn = 0; txn < history.transactions(); txn++) {
      facts.node[txn] = counts[txn] ? facts.nodes : -1;
      if (counts[txn]) {
        facts.txn[facts.nodes++] = txn;
      }
    }
    facts.txn = Arrays.copyOf(facts.txn, facts.nodes);
  }

  private void collectWrites() {
    int n = facts.nodes;
    facts.writeFirst = new int[n + 1];
    var keys = new IntList();
    var nodes = new IntList();
    Arrays.fill(writeOfOp, -1);
    for (int node = 0; node < n; node++) {
      int txn = facts.txn[node];
      for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
        if (Writers.isWrite(history, op) && writers.isLast(op)) {
          writeOfOp[op] = keys.size();
          keys.add(history.key(op));
          nodes.add(node);
        }
      }
      facts.writeFirst[node + 1] = keys.size();
    }
    facts.writeKey = keys.toArray();
    facts.writeNode = nodes.toArray();
    groupByKey();
  }

  private void groupByKey() {
    var first = new int[history.keys() + 1];
    for (int key : facts.writeKey) {
      first[key + 1]++;
    }
    for (int key = 0; key < history.keys(); key++) {
      first[key + 1] += first[key];
    }
    var next = first.clone();
    facts.writes = new int[facts.writeKey.length];
    for (int write = 0; write < facts.writeKey.length; write++) {
      facts.writes[next[facts.writeKey[write]]++] = write;
    }
    facts.writesFirst = first;
  }

  private void orderSessions() {
    facts.before = new int[facts.nodes];
    var last = new int[history.sessions()];
    Arrays.fill(last, -1);
    for (int node = 0; node < facts.nodes; node++) {
      int session = history.session(facts.txn[node]);
      facts.before[node] = last[session];
      if (history.outcome(facts.txn[node]) == Outcome.COMMITTED) {
        last[session] = node;
      }
    }
  }

  // Lists: their order is what the longest read shows, and all other reads must be prefixes of it.

  private void chainLists() {
    facts.chain = new int[history.keys()][];
    Arrays.fill(facts.chain, new int[0]);
    facts.chainIndex = new int[facts.writes()];
    Arrays.fill(facts.chainIndex, -1);
    facts.longestRead = new int[history.keys()];
    Arrays.fill(facts.longestRead, -1);
    facts.readOp = new int[0];
    var longest = new int[history.keys()];
    boundary = new int[history.keys()][];
    Arrays.fill(own, -1);
    forEachRead(
        (node, op) -> {
          if (history.isList(history.key(op))) {
            int length = externalLength(node, op);
            if (length > longest[history.key(op)]) {
              longest[history.key(op)] = length;
              facts.longestRead[history.key(op)] = op;
            }
          }
        });
    for (int key = 0; key < history.keys(); key++) {
      if (longest[key] > 0) {
        chain(key, longest[key]);
      }
    }
  }

  /// By list and length of a prefix of its longest read: the write that the prefix ends with.
  private int[][] boundary = {};

  private void chain(int key, int length) {
    int read = facts.longestRead[key];
    var elements = history.elements(read);
    var ends = new int[length + 1];
    Arrays.fill(ends, -1);
    var chain = new IntList();
    int at = 0;
    while (at < length) {
      int op = listWriter(read, key, elements[at]);
      int txn = transactionOf(op);
      for (int i = history.firstOperation(txn); i < history.endOfOperations(txn); i++) {
        if (Writers.isWrite(history, i) && history.key(i) == key) {
          if (at < length && elements[at] == history.value(i)) {
            at++;
          } else {
            boolean cut = at == length;
            throw unexplained(
                read, cut ? Unreadable.Reason.INTERMEDIATE : Unreadable.Reason.SCATTERED, i);
          }
        }
      }
      int write = facts.writeOf(facts.node[txn], key);
      if (facts.chainIndex[write] >= 0) {
        throw unexplained(read, Unreadable.Reason.DUPLICATE, op);
      }
      facts.chainIndex[write] = chain.size();
      chain.add(write);
      ends[at] = write;
    }
    facts.chain[key] = chain.toArray();
    boundary[key] = ends;
  }

  /// The operation that appended an element, if some transaction that counts did.
  private int listWriter(int read, int key, long element) {
    int found = Writers.NOBODY;
    for (int op = writers.of(key, element); op != Writers.NOBODY; op = writers.another(op)) {
      int txn = transactionOf(op);
      if (facts.node[txn] >= 0) {
        if (txn == transactionOf(read)) {
          throw unexplained(read, op > read ? Unreadable.Reason.FUTURE : internal(), op);
        }
        if (found != Writers.NOBODY) {
          throw new BadHistory(
              history.valueText(element)
                  + " was appended to "
                  + history.keyName(key)
                  + " twice: append different values, so that reads tell who wrote them");
        }
        found = op;
      }
    }
    if (found == Writers.NOBODY) {
      int aborted = writers.of(key, element);
      throw unexplained(
          read, aborted < 0 ? Unreadable.Reason.NEVER_WRITTEN : Unreadable.Reason.ABORTED, aborted);
    }
    return found;
  }

  private static Unreadable.Reason internal() {
    return Unreadable.Reason.INTERNAL;
  }

  /// How much of what a list read returned comes from other transactions.
  private int externalLength(int node, int op) {
    if (history.kind(op) == History.Kind.READ) {
      return ownBefore(node, op) < 0 || !internalReads
          ? 0
          : fail(op, Unreadable.Reason.INTERNAL, ownBefore(node, op));
    }
    int length = history.length(op);
    int at = length;
    var elements = history.elements(op);
    for (int i = ownBefore(node, op); i >= history.firstOperation(facts.txn[node]); i--) {
      if (Writers.isWrite(history, i) && history.key(i) == history.key(op)) {
        if (at == 0 || elements[at - 1] != history.value(i)) {
          return internalReads ? fail(op, Unreadable.Reason.INTERNAL, i) : length;
        }
        at--;
      }
    }
    return at;
  }

  // Reads.

  private void collectReads() {
    var keys = new IntList();
    var from = new IntList();
    var ops = new IntList();
    facts.readFirst = new int[facts.nodes + 1];
    Arrays.fill(own, -1);
    forEachRead(
        (node, op) -> {
          int key = history.key(op);
          int write = history.isList(key) ? listRead(node, op) : registerRead(node, op);
          if (write != INTERNAL) {
            keys.add(key);
            from.add(write);
            ops.add(op);
            facts.readFirst[node + 1]++;
          }
        });
    for (int node = 0; node < facts.nodes; node++) {
      facts.readFirst[node + 1] += facts.readFirst[node];
    }
    facts.readKey = keys.toArray();
    facts.readFrom = from.toArray();
    facts.readOp = ops.toArray();
  }

  /// In place of a write: the transaction read its own.
  private static final int INTERNAL = -2;

  private int listRead(int node, int op) {
    int key = history.key(op);
    int length = externalLength(node, op);
    if (length == 0) {
      // An own append before the read, and nothing but it: the list was empty before.
      return Facts.INITIAL;
    }
    int longest = facts.longestRead[key];
    boolean bothOnSpine = history.isOnSpine(op) && history.isOnSpine(longest);
    boolean prefix =
        bothOnSpine
            || Arrays.equals(history.elements(op), 0, length, history.elements(longest), 0, length);
    if (!prefix) {
      for (int i = 0; i < length; i++) {
        listWriter(op, key, history.elements(op)[i]);
      }
      throw unexplained(op, Unreadable.Reason.INCOMPATIBLE, longest);
    }
    int write = boundary[key][length];
    if (write < 0) {
      throw unexplained(op, Unreadable.Reason.INTERMEDIATE, cutAppend(key, longest, length));
    }
    if (facts.writeNode[write] == node) {
      throw unexplained(op, Unreadable.Reason.FUTURE, -1);
    }
    return write;
  }

  private int cutAppend(int key, int read, int length) {
    return writers.of(key, history.elements(read)[length - 1]);
  }

  private int registerRead(int node, int op) {
    int key = history.key(op);
    long value = history.value(op);
    int txn = facts.txn[node];
    for (int i = ownBefore(node, op); i >= history.firstOperation(txn); i--) {
      if (Writers.isWrite(history, i) && history.key(i) == key) {
        if (history.value(i) == value) {
          return INTERNAL;
        }
        if (internalReads) {
          throw unexplained(op, Unreadable.Reason.INTERNAL, i);
        }
      }
    }
    if (value == History.ABSENT) {
      return Facts.INITIAL;
    }
    int writer = registerWriter(node, op);
    return writer == Writers.NOBODY ? Facts.INITIAL : writeOfOp[writer];
  }

  /// The operation that a read saw, or NOBODY if it saw the initial state.
  private int registerWriter(int node, int op) {
    var candidates = new ArrayList<Integer>(1);
    var reason = Unreadable.Reason.NEVER_WRITTEN;
    int evidence = -1;
    int wrote = writers.of(history.key(op), history.value(op));
    for (; wrote != Writers.NOBODY; wrote = writers.another(wrote)) {
      int txn = transactionOf(wrote);
      if (facts.node[txn] == node) {
        reason = Unreadable.Reason.FUTURE;
        evidence = wrote;
      } else if (facts.node[txn] < 0) {
        reason = Unreadable.Reason.ABORTED;
        evidence = wrote;
      } else if (!writers.isLast(wrote)) {
        reason = Unreadable.Reason.INTERMEDIATE;
        evidence = wrote;
      } else {
        candidates.add(wrote);
      }
    }
    if (candidates.isEmpty()) {
      if (history.value(op) == history.initialValue()) {
        return Writers.NOBODY;
      }
      throw unexplained(op, reason, evidence);
    }
    if (candidates.size() > 1 && !choices.containsKey(op)) {
      ambiguous.add(new Facts.Ambiguous(op, candidates.reversed()));
    }
    return choices.getOrDefault(op, candidates.getLast());
  }

  static boolean isTested(History history, boolean asked, int txn) {
    return !asked || history.asked(txn) != Level.READ_UNCOMMITTED;
  }

  private interface ReadVisitor {
    void read(int node, int op);
  }

  private void forEachRead(ReadVisitor visitor) {
    for (int node = 0; node < facts.nodes; node++) {
      int txn = facts.txn[node];
      boolean tested = isTested(history, asked, txn);
      for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
        if (Writers.isWrite(history, op)) {
          own[history.key(op)] = op;
        } else if (tested) {
          visitor.read(node, op);
        }
      }
    }
  }

  /// The transaction's last own write to the key before a read, or -1.
  private int ownBefore(int node, int op) {
    int write = own[history.key(op)];
    return write >= history.firstOperation(facts.txn[node]) ? write : -1;
  }

  private int transactionOf(int op) {
    return history.transactionOf(op);
  }

  private static int fail(int op, Unreadable.Reason reason, int other) {
    throw unexplained(op, reason, other);
  }

  private static Unexplained unexplained(int op, Unreadable.Reason reason, int other) {
    return new Unexplained(new Unreadable(op, reason, other));
  }

  /// Leaves the resolver from deep inside; never seen outside of it.
  private static final class Unexplained extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Unreadable read;

    Unexplained(Unreadable read) {
      super(null, null, false, false);
      this.read = read;
    }
  }
}
