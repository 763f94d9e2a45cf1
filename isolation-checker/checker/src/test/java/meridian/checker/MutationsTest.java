package meridian.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Valid histories with one thing wrong are judged as the definitions judge them.
class MutationsTest {
  private static final long HISTORIES = 1_500;

  /// An operation that can be moved about.
  private sealed interface Op {
    record Write(String key, long value) implements Op {}

    record Append(String key, long value) implements Op {}

    record Read(String key, List<Long> seen) implements Op {}
  }

  private record Txn(int session, List<Op> ops) {}

  /// Transactions that ran one after the other: strictly serializable.
  private static List<Txn> serial(Random random) {
    var state = new ArrayList<List<Long>>(List.of(List.of(), List.of(), List.of(), List.of()));
    var txns = new ArrayList<Txn>();
    long value = 0;
    for (int i = 0; i < 5; i++) {
      var ops = new ArrayList<Op>();
      for (int j = 1 + random.nextInt(3); j > 0; j--) {
        int key = random.nextInt(4);
        boolean list = key < 2;
        if (random.nextBoolean()) {
          ops.add(new Op.Read((list ? "list" : "register") + key, state.get(key)));
        } else if (list) {
          ops.add(new Op.Append("list" + key, ++value));
          var longer = new ArrayList<>(state.get(key));
          longer.add(value);
          state.set(key, List.copyOf(longer));
        } else {
          ops.add(new Op.Write("register" + key, ++value));
          state.set(key, List.of(value));
        }
      }
      txns.add(new Txn(random.nextInt(3), ops));
    }
    return txns;
  }

  private static History history(List<Txn> txns) {
    var builder = new HistoryBuilder();
    for (int at = 0; at < txns.size(); at++) {
      builder.begin("t" + at, txns.get(at).session(), 10L * at);
      for (var op : txns.get(at).ops()) {
        switch (op) {
          case Op.Write(var key, var value) -> builder.write(key, value);
          case Op.Append(var key, var value) -> builder.append(key, value);
          case Op.Read(var key, var seen) -> read(builder, key, seen);
        }
      }
      builder.commit(10L * at + 5);
    }
    return builder.build();
  }

  private static void read(HistoryBuilder builder, String key, List<Long> seen) {
    if (key.startsWith("list")) {
      builder.readList(key, seen.stream().mapToLong(i -> i).toArray());
    } else if (seen.isEmpty()) {
      builder.readAbsent(key);
    } else {
      builder.read(key, seen.getFirst());
    }
  }

  /// Exchanges what two reads of one key returned.
  private static void swapReads(List<Txn> txns, Random random) {
    var places = new ArrayList<int[]>();
    for (int at = 0; at < txns.size(); at++) {
      for (int i = 0; i < txns.get(at).ops().size(); i++) {
        if (txns.get(at).ops().get(i) instanceof Op.Read) {
          places.add(new int[] {at, i});
        }
      }
    }
    Collections.shuffle(places, random);
    for (int[] one : places) {
      for (int[] other : places) {
        if (txns.get(one[0]).ops().get(one[1]) instanceof Op.Read(var key, var seen)
            && txns.get(other[0]).ops().get(other[1]) instanceof Op.Read(var same, var instead)
            && key.equals(same)
            && !seen.equals(instead)) {
          txns.get(one[0]).ops().set(one[1], new Op.Read(key, instead));
          txns.get(other[0]).ops().set(other[1], new Op.Read(key, seen));
          return;
        }
      }
    }
  }

  private static void dropWrite(List<Txn> txns, Random random) {
    var txn = txns.get(random.nextInt(txns.size()));
    for (int i = 0; i < txn.ops().size(); i++) {
      if (!(txn.ops().get(i) instanceof Op.Read)) {
        txn.ops().remove(i);
        return;
      }
    }
  }

  private static void moveToAnotherSession(List<Txn> txns, Random random) {
    int at = random.nextInt(txns.size());
    var moved = txns.remove(at);
    int to = random.nextInt(txns.size() + 1);
    txns.add(to, new Txn((moved.session() + 1) % 3, moved.ops()));
  }

  @Test
  void mutantsOfValidHistoriesAreJudgedByTheDefinitions() {
    int broken = 0;
    for (long seed = 0; seed < HISTORIES; seed++) {
      var random = new Random(seed);
      var txns = serial(random);
      switch ((int) (seed % 3)) {
        case 0 -> swapReads(txns, random);
        case 1 -> dropWrite(txns, random);
        default -> moveToAnotherSession(txns, random);
      }
      var history = history(txns);
      var expected = new TreeSet<>(BruteForce.judge(history, true).levels());
      var report = Proofs.check(history, Options.all());
      var found = new TreeSet<Level>();
      for (var level : Level.weakestFirst()) {
        if (report.holds(level)) {
          found.add(level);
        }
      }
      long shown = seed;
      assertEquals(expected, found, () -> "seed " + shown + "\n" + Histories.text(history));
      broken += found.contains(Level.STRICT_SERIALIZABLE) ? 0 : 1;
    }
    assertTrue(broken > HISTORIES / 4, broken + " of the mutants broke something");
  }

  @Test
  void withoutAMutationNothingIsWrong() {
    for (long seed = 0; seed < 100; seed++) {
      var report = Checker.check(history(serial(new Random(seed))));
      assertEquals(List.of(Level.STRICT_SERIALIZABLE), report.strongest());
    }
  }
}
