package meridian.checker;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Small random histories that are often almost right: transactions read from a line of states,
/// mostly from a recent one, and now and then something is wrong.
public final class RandomHistories {
  private final Random random;

  public RandomHistories(long seed) {
    this.random = new Random(seed);
  }

  /// The next history, of at most so many transactions.
  public History next(int most) {
    var builder = new HistoryBuilder();
    int transactions = 1 + random.nextInt(most);
    int keys = 1 + random.nextInt(3);
    int sessions = 1 + random.nextInt(3);
    int lists = random.nextInt(4) == 0 ? random.nextInt(8) : random.nextBoolean() ? 0 : 7;
    boolean timed = random.nextInt(3) > 0;
    int mischief = random.nextInt(3) == 0 ? 4 : 25;
    int staleness = 1 + random.nextInt(4);
    int levels = random.nextInt(2) * random.nextInt(1 << Level.values().length);
    var states = new ArrayList<List<List<Long>>>();
    states.add(empty(keys));
    var values = new long[] {0};
    for (int txn = 0; txn < transactions; txn++) {
      int session = random.nextInt(sessions);
      long invoked = timed ? 10L * txn - random.nextInt(25) : History.NEVER_BEFORE;
      builder.begin("t" + txn, session, invoked);
      var asked = Level.weakestFirst().get(random.nextInt(Level.values().length));
      if ((levels >> asked.code() & 1) == 1) {
        builder.asking(asked);
      }
      int back = Math.min(states.size() - 1, random.nextInt(staleness));
      var snapshot = states.get(states.size() - 1 - back);
      var written = new ArrayList<>(states.getLast());
      var own = new ArrayList<>(empty(keys));
      int operations = 1 + random.nextInt(4);
      for (int i = 0; i < operations; i++) {
        int key = random.nextInt(keys);
        boolean list = (lists >> key & 1) == 1;
        if (random.nextInt(5) < 2) {
          write(builder, key, list, ++values[0], written, own);
        } else {
          var from =
              random.nextInt(mischief) == 0 ? states.get(random.nextInt(states.size())) : snapshot;
          read(builder, key, list, from.get(key), own.get(key), values[0], mischief);
        }
      }
      switch (random.nextInt(10)) {
        case 0 -> builder.unknown();
        case 1 -> builder.abort(invoked);
        default -> builder.commit(timed ? 10L * txn + random.nextInt(25) : History.NEVER_AFTER);
      }
      if (random.nextInt(8) > 0) {
        states.add(written);
      }
    }
    return builder.build();
  }

  private static List<List<Long>> empty(int keys) {
    var state = new ArrayList<List<Long>>();
    for (int key = 0; key < keys; key++) {
      state.add(List.of());
    }
    return state;
  }

  private static void write(
      HistoryBuilder builder,
      int key,
      boolean list,
      long value,
      List<List<Long>> written,
      List<List<Long>> own) {
    var name = "k" + key;
    if (list) {
      builder.append(name, value);
      written.set(key, with(written.get(key), value));
      own.set(key, with(own.get(key), value));
    } else {
      builder.write(name, value);
      written.set(key, List.of(value));
      own.set(key, List.of(value));
    }
  }

  private void read(
      HistoryBuilder builder,
      int key,
      boolean list,
      List<Long> outside,
      List<Long> own,
      long values,
      int mischief) {
    var name = "k" + key;
    if (list) {
      var seen = new ArrayList<>(outside);
      seen.addAll(own);
      if (random.nextInt(4 * mischief) == 0 && seen.size() > 1) {
        seen.remove(random.nextInt(seen.size()));
      }
      builder.readList(name, seen.stream().mapToLong(i -> i).toArray());
    } else if (random.nextInt(4 * mischief) == 0 && values > 0) {
      builder.read(name, 1 + random.nextInt((int) values));
    } else {
      var seen = own.isEmpty() ? outside : own;
      if (seen.isEmpty()) {
        builder.readAbsent(name);
      } else {
        builder.read(name, seen.getFirst());
      }
    }
  }

  private static List<Long> with(List<Long> list, long value) {
    var longer = new ArrayList<>(list);
    longer.add(value);
    return List.copyOf(longer);
  }
}
