package meridian.storage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.paxos.Ballot;
import meridian.paxos.LogEntry;
import meridian.paxos.Tentative;

/// What a log store ought to hold, said in the plainest way.
public final class LogModel {
  private static final int SHARDS = 3;

  private SortedMap<ShardId, RecoveredLog> logs = new TreeMap<>();
  private Timestamp clockBound = Timestamp.ZERO;

  public SortedMap<ShardId, RecoveredLog> logs() {
    return logs;
  }

  public Timestamp clockBound() {
    return clockBound;
  }

  public LogModel copy() {
    LogModel copy = new LogModel();
    copy.logs = new TreeMap<>(logs);
    copy.clockBound = clockBound;
    return copy;
  }

  public void take(List<LogWrite> batch) {
    batch.forEach(this::take);
  }

  /// A batch that a replica could write now.
  public List<LogWrite> nextBatch(RandomGenerator random) {
    LogModel ahead = copy();
    List<LogWrite> batch = new ArrayList<>();
    int writes = random.nextInt(1, 12);
    for (int i = 0; i < writes; i++) {
      LogWrite write = ahead.nextWrite(random);
      ahead.take(write);
      batch.add(write);
    }
    return batch;
  }

  private LogWrite nextWrite(RandomGenerator random) {
    ShardId shard = Samples.shard(random.nextInt(SHARDS));
    RecoveredLog log = logs.getOrDefault(shard, RecoveredLog.EMPTY);
    long first = log.cutThrough() + 1;
    long last = log.slotLast();
    return switch (random.nextInt(25)) {
      case 0 -> new LogWrite.ClockBound(new Timestamp(random.nextLong(1, 1_000)));
      case 1 -> new LogWrite.Ballots(shard, Samples.ballot(random), Samples.ballot(random));
      case 2 -> new LogWrite.Truncate(shard, random.nextLong(first, last + 2));
      case 3 -> new LogWrite.Cut(shard, random.nextLong(first - 1, last + 1));
      case 4 -> new LogWrite.Cut(shard, random.nextLong(first, last + 5)); // a snapshot came
      case 5 -> new LogWrite.Repaired(shard);
      case 6, 7, 8 -> new LogWrite.Vote(shard, Samples.vote(random));
      case 9, 10 ->
          new LogWrite.VoteDropped(
              shard,
              log.tentatives().isEmpty()
                  ? Samples.txn(random)
                  : log.tentatives().get(random.nextInt(log.tentatives().size())).part().txn());
      default -> new LogWrite.Append(shard, Samples.entry(last + 1, random));
    };
  }

  private void take(LogWrite write) {
    switch (write) {
      case LogWrite.Append(ShardId shard, LogEntry entry) -> {
        RecoveredLog log = log(shard);
        List<LogEntry> entries = new ArrayList<>(log.entries());
        entries.add(entry);
        put(shard, log, log.cutThrough(), entries);
      }
      case LogWrite.Truncate(ShardId shard, long slotFrom) -> {
        if (logs.containsKey(shard)) {
          RecoveredLog log = log(shard);
          put(shard, log, log.cutThrough(), slots(log, 0, slotFrom - 1));
        }
      }
      case LogWrite.Cut(ShardId shard, long slotThrough) -> {
        RecoveredLog log = log(shard);
        if (slotThrough > log.cutThrough()) {
          put(shard, log, slotThrough, slots(log, slotThrough + 1, Long.MAX_VALUE));
        }
      }
      case LogWrite.Ballots(ShardId shard, Ballot promised, Ballot logBallot) -> {
        RecoveredLog log = log(shard);
        logs.put(
            shard,
            new RecoveredLog(
                promised, logBallot, log.cutThrough(), log.entries(), false, log.tentatives()));
      }
      case LogWrite.Repaired(ShardId shard) -> logs.put(shard, log(shard));
      case LogWrite.Vote(ShardId shard, Tentative vote) -> {
        List<Tentative> votes = new ArrayList<>(log(shard).tentatives());
        votes.add(vote);
        votes.sort(Comparator.comparing(v -> v.part().txn()));
        put(shard, votes);
      }
      case LogWrite.VoteDropped(ShardId shard, TxnId txn) -> {
        if (logs.containsKey(shard)) {
          List<Tentative> votes = new ArrayList<>(log(shard).tentatives());
          votes.removeIf(vote -> vote.part().txn().equals(txn));
          put(shard, votes);
        }
      }
      case LogWrite.ClockBound(Timestamp bound) -> clockBound = bound;
    }
  }

  private RecoveredLog log(ShardId shard) {
    return logs.getOrDefault(shard, RecoveredLog.EMPTY);
  }

  private void put(ShardId shard, RecoveredLog log, long cutThrough, List<LogEntry> entries) {
    logs.put(
        shard,
        new RecoveredLog(
            log.promised(), log.logBallot(), cutThrough, entries, false, log.tentatives()));
  }

  private void put(ShardId shard, List<Tentative> votes) {
    RecoveredLog log = log(shard);
    logs.put(
        shard,
        new RecoveredLog(
            log.promised(), log.logBallot(), log.cutThrough(), log.entries(), false, votes));
  }

  private static List<LogEntry> slots(RecoveredLog log, long first, long last) {
    return log.entries().stream().filter(e -> e.slot() >= first && e.slot() <= last).toList();
  }
}
