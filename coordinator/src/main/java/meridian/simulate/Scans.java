package meridian.simulate;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Value;
import meridian.sim.Chance;
import meridian.txn.Entry;

/// Long scans against inserts and deletions: whoever reads a range must not miss what comes into
/// it.
///
/// There are two tables over all shards. Into one, rows are only inserted, by writers who count
/// first how many there are, and the history is told of every scan. In the other, each writer takes
/// a row away and puts another in its place, so that every scan must find the same number.
final class Scans implements Workload {
  private static final int GROUPS = 3;
  private static final int ROWS = 12;
  private static final int LIMIT_MAX = 8;

  private long inserted;

  /// The number of the last row of the moving groups. Those of the first rows are given: setting up
  /// again after an outcome that nobody heard of must not make other rows.
  private long moved = GROUPS * ROWS;

  private Optional<String> complaint = Optional.empty();

  @Override
  public String name() {
    return "scans";
  }

  /// Rows come anywhere in the group's range, not at its end: new ones fall between those there
  /// are.
  private static Key row(String table, int group, long number) {
    char first = (char) ('a' + group * 9);
    String place = Long.toString(new Chance(number).between(36 * 36, 36 * 36 * 36 - 1), 36);
    return Key.utf8(first + table + "/" + place + "/" + number);
  }

  private static KeyRange rows(String table, int group) {
    return KeyRange.prefix(Key.utf8((char) ('a' + group * 9) + table + "/"));
  }

  @Override
  public List<Script> setup() {
    return List.of(
        tx -> {
          for (int group = 0; group < GROUPS; group++) {
            for (int i = 0; i < ROWS; i++) {
              tx.putPrivately(row("=moving", group, group * ROWS + i), Value.utf8("first"));
            }
          }
          tx.commit();
        });
  }

  @Override
  public Script next(Chance chance) {
    int group = (int) chance.between(0, GROUPS - 1);
    return switch ((int) chance.between(0, 4)) {
      case 0 -> insert(group, (int) chance.between(0, GROUPS - 1));
      case 1 -> move(group, chance.nextLong());
      case 2 -> countMoving();
      case 3 -> readSome(group, (int) chance.between(1, LIMIT_MAX), chance.flip());
      default -> readAll();
    };
  }

  /// Scans one group and inserts into another: two of these are the textbook's write skew.
  private Script insert(int read, int write) {
    return tx ->
        tx.scan(
            rows("=growing", read),
            0,
            false,
            rows -> {
              tx.write(
                  row("=growing", write, ++inserted), "after " + rows.size() + " #" + inserted);
              tx.commit();
            });
  }

  private static Script readSome(int group, int limit, boolean reverse) {
    return new Script() {
      @Override
      public void run(Tx tx) {
        tx.scan(rows("=growing", group), limit, reverse, rows -> tx.commit());
      }

      @Override
      public boolean isSingleRead() {
        return true;
      }
    };
  }

  private static Script readAll() {
    return new Script() {
      @Override
      public void run(Tx tx) {
        read(tx, 0);
      }

      @Override
      public boolean isReadOnly() {
        return true;
      }

      private void read(Tx tx, int group) {
        if (group == GROUPS) {
          tx.commit();
        } else {
          tx.scan(rows("=growing", group), 0, group == 1, rows -> read(tx, group + 1));
        }
      }
    };
  }

  private Script move(int group, long seed) {
    return tx ->
        tx.readPrivately(
            rows("=moving", group),
            rows -> {
              if (!rows.isEmpty()) {
                tx.deletePrivately(new Chance(seed).pick(rows).key());
                tx.putPrivately(row("=moving", group, ++moved), Value.utf8("moved"));
              }
              tx.commit();
            });
  }

  private Script countMoving() {
    return new Script() {
      private final TreeMap<Integer, Integer> counts = new TreeMap<>();

      @Override
      public void run(Tx tx) {
        counts.clear();
        count(tx, 0);
      }

      @Override
      public boolean isReadOnly() {
        return true;
      }

      private void count(Tx tx, int group) {
        if (group == GROUPS) {
          tx.commit();
        } else {
          tx.readPrivately(
              rows("=moving", group),
              (List<Entry> found) -> {
                counts.put(group, found.size());
                count(tx, group + 1);
              });
        }
      }

      @Override
      public void committed() {
        if (complaint.isEmpty() && counts.values().stream().anyMatch(count -> count != ROWS)) {
          complaint = Optional.of("a scan found " + counts + " rows instead of " + ROWS + " each");
        }
      }
    };
  }

  @Override
  public List<Script> finish() {
    return List.of(readAll(), countMoving());
  }

  @Override
  public Optional<String> complaint() {
    return complaint;
  }
}
