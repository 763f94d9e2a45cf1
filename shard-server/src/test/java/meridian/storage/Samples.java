package meridian.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import meridian.model.AbortReason;
import meridian.model.Key;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Value;
import meridian.model.Write;
import meridian.paxos.Ballot;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.paxos.LogEntry;
import meridian.paxos.Tentative;

/// Records to store, drawn from a generator.
public final class Samples {
  private static final byte[] LETTERS = {0, 1, (byte) 0xff, 'a'};

  /// Around the places where a long key is cut.
  private static final int[] LENGTHS = {1, 2, 3, 5, 239, 240, 241, 242, 479, 480, 481, 720, 4096};

  private Samples() {}

  public static ShardId shard(int number) {
    return new ShardId(number);
  }

  public static Ballot ballot(RandomGenerator random) {
    return new Ballot(random.nextLong(1, 50), new NodeId(random.nextLong(1, 4)));
  }

  public static TxnId txn(RandomGenerator random) {
    return new TxnId(
        new Timestamp(random.nextLong(1, 40)),
        random.nextLong(),
        random.nextLong(3),
        random.nextInt(3));
  }

  public static LogEntry entry(long slot, RandomGenerator random) {
    return new LogEntry(slot, ballot(random), command(random));
  }

  /// A vote on the fast path.
  public static Tentative vote(RandomGenerator random) {
    Timestamp ts = new Timestamp(random.nextLong(1, 40));
    var part =
        TxnPart.of(
            txn(random),
            shard(1),
            ts,
            Timestamp.MAX,
            new NodeId(9),
            List.of(shard(1), shard(2)),
            List.of(),
            List.of(new Write.Put(key(random), value(random))));
    return new Tentative(ballot(random), part);
  }

  /// What a store recovered of a shard.
  public static RecoveredLog recovered(LogStore store, ShardId shard) {
    return recovered(store.recovered(), shard);
  }

  /// What was recovered of a shard, which must be there.
  public static RecoveredLog recovered(SortedMap<ShardId, RecoveredLog> logs, ShardId shard) {
    return Optional.ofNullable(logs.get(shard)).orElseThrow();
  }

  /// An entry that writes so many values of so many bytes.
  public static LogEntry entryOf(long slot, int values, int bytesEach) {
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < values; i++) {
      writes.add(new Write.Put(Key.utf8("k" + i), Value.of(new byte[bytesEach])));
    }
    return new LogEntry(slot, new Ballot(1, new NodeId(1)), prepare(writes));
  }

  public static Command.Prepare prepare(List<Write> writes) {
    Timestamp ts = new Timestamp(7);
    var part =
        TxnPart.of(
            new TxnId(ts, 1, 2, 0),
            shard(1),
            ts,
            Timestamp.MAX,
            new NodeId(9),
            List.of(shard(1), shard(2)),
            List.of(),
            writes);
    return new Command.Prepare(part, ts);
  }

  public static TxnRecord outcome(TxnId txn, RandomGenerator random) {
    Decision decision =
        random.nextBoolean()
            ? new Decision.Commit(new Timestamp(random.nextLong(1, 1_000)))
            : new Decision.Abort(AbortReason.of(AbortReason.Kind.RECOVERED, ""));
    return new TxnRecord(txn, decision, List.of(shard(1), shard(3)));
  }

  /// Empty, small, and now and then larger than a page.
  public static Value value(RandomGenerator random) {
    byte[] bytes = new byte[random.nextInt(8) == 0 ? random.nextInt(9_000) : random.nextInt(20)];
    random.nextBytes(bytes);
    return Value.wrap(bytes);
  }

  /// A key that is likely to share its beginning with others, and to meet every special byte.
  public static Key key(RandomGenerator random) {
    byte[] bytes = new byte[LENGTHS[random.nextInt(LENGTHS.length)]];
    java.util.Arrays.fill(bytes, LETTERS[random.nextInt(LETTERS.length)]);
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextBoolean() ? bytes.length - 1 : random.nextInt(bytes.length);
      bytes[at] = LETTERS[random.nextInt(LETTERS.length)];
    }
    return Key.wrap(bytes);
  }

  /// Tables of which only slot and horizon matter to a store.
  public static Tables tables(long slot, long horizonSlot) {
    Tables none = Tables.empty();
    return new Tables(
        slot,
        none.origin(),
        none.barrier(),
        none.electorate(),
        none.prepared(),
        none.floors(),
        none.tsLimit(),
        none.ctsMax(),
        none.watermark(),
        none.resolved(),
        horizonSlot,
        none.horizon(),
        none.wholeFromSlot(),
        Optional.empty());
  }

  private static Command command(RandomGenerator random) {
    return switch (random.nextInt(3)) {
      case 0 -> new Command.TsLimit(new Timestamp(random.nextLong(1, 1_000)));
      case 1 -> new Command.Decide(txn(random), new Decision.Commit(new Timestamp(5)));
      default -> {
        List<Write> writes = new ArrayList<>();
        writes.add(new Write.Put(Key.utf8("k"), value(random)));
        yield prepare(writes);
      }
    };
  }
}
