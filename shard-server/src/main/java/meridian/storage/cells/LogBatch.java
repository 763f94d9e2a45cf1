package meridian.storage.cells;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.model.Invariant;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.paxos.LogEntry;
import meridian.paxos.Tentative;
import meridian.storage.LogWrite;
import meridian.storage.cells.LogIndex.ShardLog;

/// One commit: takes writes into the index, remembers which cells change, and can take it all back
/// if the cells do not change after all.
final class LogBatch {
  /// Garbage that a commit clears away beside its own work, at least; enough that garbage shrinks
  /// whatever the commits are like, and little enough that none of them is felt.
  private static final int CLEARED_MIN = 64;

  /// Votes lie among the entries, so that a commit touches one end of the cells, and stand in no
  /// slot.
  static final long SLOT_OF_VOTES = 0;

  static final int HEAD_BYTES = Integer.BYTES + Long.BYTES;

  private final LogIndex index;
  private final RecordFormat format;

  private final SortedMap<Long, byte[]> appended = new TreeMap<>();
  private final TreeSet<Long> deleted = new TreeSet<>();
  private final TreeSet<ShardId> groupsChanged = new TreeSet<>();
  private Optional<Timestamp> clockBound = Optional.empty();
  private final Deque<Runnable> undo = new ArrayDeque<>();

  LogBatch(LogIndex index, RecordFormat format) {
    this.index = index;
    this.format = format;
  }

  /// Makes damage that was found at the start outlast the next one.
  void markDamage() {
    List<ShardId> shards = List.copyOf(index.unmarked);
    List<Long> wreckage = List.copyOf(index.wreckage);
    shards.forEach(shard -> change(shard, index.shard(shard).group.withDamage(true)));
    deleted.addAll(wreckage);
    index.unmarked.clear();
    index.wreckage.clear();
    undo.push(
        () -> {
          index.unmarked.addAll(shards);
          index.wreckage.addAll(wreckage);
        });
  }

  void take(LogWrite write) {
    switch (write) {
      case LogWrite.Append append -> append(append.shard(), append.entry());
      case LogWrite.Truncate truncate -> truncate(truncate.shard(), truncate.slotFrom());
      case LogWrite.Cut cut -> cut(cut.shard(), cut.slotThrough());
      case LogWrite.Ballots(ShardId shard, var promised, var logBallot) ->
          change(shard, index.shard(shard).group.withBallots(promised, logBallot));
      case LogWrite.Repaired(ShardId shard) ->
          change(shard, index.shard(shard).group.withDamage(false));
      case LogWrite.Vote vote -> vote(vote.shard(), vote.tentative());
      case LogWrite.VoteDropped dropped -> drop(dropped.shard(), dropped.txn());
      case LogWrite.ClockBound bound -> clockBound = Optional.of(bound.bound());
    }
  }

  /// Clears some garbage, the more the larger the commit is anyway.
  void clearGarbage() {
    int most = Math.min(CLEARED_MIN + 2 * appended.size(), index.garbage.size());
    List<Long> cleared = new ArrayList<>(most);
    for (int i = 0; i < most; i++) {
      cleared.add(index.garbage.removeFirst());
    }
    deleted.addAll(cleared);
    undo.push(() -> index.garbage.addAll(cleared));
  }

  void writeTo(Cells.Writer cells) {
    deleted.forEach(cell -> cells.delete(LogNames.name(cell)));
    clockBound.ifPresent(bound -> put(cells, LogNames.CLOCK, encode(bound)));
    groupsChanged.forEach(
        shard -> put(cells, LogNames.group(shard), index.shard(shard).group.encode()));
    appended.forEach((cell, content) -> cells.append(LogNames.name(cell), content));
  }

  /// Puts the index back to what it was before this batch.
  void takeBack() {
    undo.forEach(Runnable::run);
  }

  private void append(ShardId shard, LogEntry entry) {
    ShardLog log = index.shard(shard);
    Invariant.check(
        entry.slot() == log.slotLast() + 1,
        "%s: entry for slot %s after slot %s",
        shard,
        entry.slot(),
        log.slotLast());
    if (!log.known) {
      change(shard, log.group);
    }
    log.cells.addLast(append(shard, entry.slot(), false, format.encode(entry)));
    undo.push(() -> log.cells.removeLast(1));
  }

  /// Puts a record after all others.
  ///
  /// @return its cell
  private long append(ShardId shard, long slot, boolean isVote, byte[] body) {
    long cell = LogNames.cell(index.sequenceNext++, isVote);
    undo.push(() -> index.sequenceNext--);
    byte[] head = ByteBuffer.allocate(HEAD_BYTES).putInt(shard.number()).putLong(slot).array();
    appended.put(cell, Seal.seal(LogNames.name(cell), head, body));
    return cell;
  }

  private void vote(ShardId shard, Tentative tentative) {
    ShardLog log = index.shard(shard);
    TxnId txn = tentative.part().txn();
    Invariant.check(!log.votes.containsKey(txn), "%s: a second vote on %s", shard, txn);
    if (!log.known) {
      change(shard, log.group);
    }
    log.votes.put(txn, append(shard, SLOT_OF_VOTES, true, format.encode(tentative)));
    undo.push(() -> log.votes.remove(txn));
  }

  private void drop(ShardId shard, TxnId txn) {
    ShardLog log = index.shard(shard);
    Long cell = log.votes.remove(txn);
    if (cell == null) {
      return;
    }
    undo.push(() -> log.votes.put(txn, cell));
    if (appended.remove(cell) == null) {
      deleted.add(cell);
    }
  }

  /// Deletes at once, unlike a cut: the slots will be filled again, and two entries of one slot
  /// must never both be found.
  private void truncate(ShardId shard, long slotFrom) {
    ShardLog log = index.shard(shard);
    long slotKept = Math.max(slotFrom - 1, log.group.cutThrough());
    if (slotKept < log.slotLast()) {
      long[] removed = log.cells.removeLast((int) (log.slotLast() - slotKept));
      undo.push(() -> log.cells.addLast(removed));
      for (long sequence : removed) {
        if (appended.remove(sequence) == null) {
          deleted.add(sequence);
        }
      }
    }
  }

  private void cut(ShardId shard, long slotThrough) {
    ShardLog log = index.shard(shard);
    long before = log.group.cutThrough();
    if (slotThrough > before) {
      int count = (int) Math.min(log.cells.size(), slotThrough - before);
      long[] removed = log.cells.removeFirst(count);
      undo.push(() -> log.cells.addFirst(removed));
      List<Long> cut = new ArrayList<>(count);
      for (long sequence : removed) {
        if (appended.remove(sequence) == null) {
          cut.add(sequence);
        }
      }
      index.garbage.addAll(cut);
      undo.push(() -> cut.forEach(index.garbage::remove));
      change(shard, log.group.withCutThrough(slotThrough));
    }
  }

  private void change(ShardId shard, Group group) {
    ShardLog log = index.shard(shard);
    Group before = log.group;
    boolean knownBefore = log.known;
    log.group = group;
    log.known = true;
    groupsChanged.add(shard);
    undo.push(
        () -> {
          log.group = before;
          log.known = knownBefore;
        });
  }

  private static void put(Cells.Writer cells, byte[] name, byte[] body) {
    cells.put(name, Seal.seal(name, body));
  }

  private static byte[] encode(Timestamp bound) {
    return ByteBuffer.allocate(Long.BYTES).putLong(bound.packed()).array();
  }
}
