package meridian.storage.cells;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.paxos.LogEntry;
import meridian.paxos.Tentative;
import meridian.storage.RecoveredLog;
import meridian.storage.StoreUnusable;

/// Reads the log's cells at the start of a node.
///
/// Commits are atomic, so whatever was in one was, or may have been, voted for: no entry is ever
/// dropped for being unreadable (protocol 5). The log of its shard is recovered up to it and
/// reported as damaged. Where not even the shard can be told, every shard whose last entry it might
/// have been is reported. Ballots have no copy with peers: without them this identity must not vote
/// again (rule M4).
final class LogRecovery {
  final LogIndex index = new LogIndex();
  final SortedMap<ShardId, RecoveredLog> logs = new TreeMap<>();
  Timestamp clockBound = Timestamp.ZERO;

  /// What was found damaged, for people.
  final List<String> findings = new ArrayList<>();

  private final Cells.Reader cells;
  private final RecordFormat format;
  private final String place;

  /// Entries by shard, in the order in which they were written.
  private final SortedMap<ShardId, List<Found>> found = new TreeMap<>();

  /// Votes by shard, and the shards of which some cannot be read.
  private final SortedMap<ShardId, SortedMap<TxnId, Tentative>> votes = new TreeMap<>();

  private final SortedSet<ShardId> votesLost = new TreeSet<>();

  /// The last cell of which not even the shard is known, or 0.
  private long cellUnknown;

  /// @param entry nothing where it cannot be read, or has been cut
  private record Found(long cell, long slot, Optional<LogEntry> entry) {}

  LogRecovery(Cells.Reader cells, RecordFormat format, String place) {
    this.cells = cells;
    this.format = format;
    this.place = place;
  }

  void run() {
    readCells();
    index.shards.forEach((shard, log) -> logs.put(shard, recover(shard, log)));
  }

  private void readCells() {
    long count = 0;
    byte[] before = {};
    for (boolean more = cells.seek(new byte[1]); more; more = cells.next()) {
      byte[] name = cells.name();
      if (Arrays.compareUnsigned(before, name) >= 0) {
        throw unusable("its records are out of order");
      }
      readCell(name, cells.content());
      before = name;
      count++;
    }
    if (count != cells.count()) {
      throw unusable("it has " + count + " records of " + cells.count());
    }
  }

  private void readCell(byte[] name, byte[] content) {
    if (LogNames.isEntry(name)) {
      readEntry(name, content);
    } else if (LogNames.isVote(name)) {
      readVote(name, content);
    } else if (Arrays.equals(name, LogNames.CLOCK)) {
      byte[] body = whole("the clock's bound", name, content);
      clockBound = new Timestamp(ByteBuffer.wrap(body).getLong());
    } else if (LogNames.isGroup(name)) {
      ShardId shard = LogNames.shardOf(name);
      var log = index.shard(shard);
      log.group = Group.decode(whole("the record of ballots of " + shard, name, content));
      log.known = true;
    } else {
      throw unusable("it has a record of no known kind");
    }
  }

  private void readEntry(byte[] name, byte[] content) {
    long cell = LogNames.cellOf(name);
    index.sequenceNext = LogNames.sequenceOf(cell) + 1;
    Optional<ByteBuffer> head = Seal.head(name, content, LogBatch.HEAD_BYTES);
    if (head.isEmpty()) {
      findings.add("record " + LogNames.sequenceOf(cell) + " of some shard is damaged");
      cellUnknown = cell;
      index.wreckage.add(cell);
      return;
    }
    ShardId shard = new ShardId(head.get().getInt());
    long slot = head.get().getLong();
    boolean cut = slot <= index.shard(shard).group.cutThrough();
    Optional<LogEntry> entry =
        cut ? Optional.empty() : Seal.body(name, content, LogBatch.HEAD_BYTES).map(format::entry);
    if (entry.isEmpty() && !cut) {
      findings.add(
          "record "
              + LogNames.sequenceOf(cell)
              + ", slot "
              + slot
              + " of "
              + shard
              + ", is damaged");
    }
    found.computeIfAbsent(shard, _ -> new ArrayList<>()).add(new Found(cell, slot, entry));
  }

  /// A vote that cannot be read may have been counted: what this shard's log promises would lack
  /// it.
  private void readVote(byte[] name, byte[] content) {
    long cell = LogNames.cellOf(name);
    index.sequenceNext = LogNames.sequenceOf(cell) + 1;
    Optional<ByteBuffer> head = Seal.head(name, content, LogBatch.HEAD_BYTES);
    Optional<byte[]> body = Seal.body(name, content, LogBatch.HEAD_BYTES);
    if (head.isEmpty() || body.isEmpty()) {
      Optional<ShardId> shard = head.map(ByteBuffer::getInt).map(ShardId::new);
      findings.add(
          "record "
              + LogNames.sequenceOf(cell)
              + ", a vote of "
              + shard.map(ShardId::toString).orElse("some shard")
              + ", is damaged");
      shard.ifPresentOrElse(votesLost::add, () -> votesLost.addAll(index.shards.keySet()));
      index.wreckage.add(cell);
      return;
    }
    ShardId shard = new ShardId(head.get().getInt());
    Tentative vote = format.tentative(body.get());
    index.shard(shard).votes.put(vote.part().txn(), cell);
    votes.computeIfAbsent(shard, _ -> new TreeMap<>()).put(vote.part().txn(), vote);
  }

  private RecoveredLog recover(ShardId shard, LogIndex.ShardLog log) {
    List<Found> all = found.getOrDefault(shard, List.of());
    List<LogEntry> entries = new ArrayList<>();
    boolean broken = all.isEmpty() || all.getLast().cell() < cellUnknown;
    broken &= cellUnknown > 0;
    boolean joined = true;
    for (Found one : all) {
      if (one.slot() <= log.group.cutThrough()) {
        index.garbage.add(one.cell());
        continue;
      }
      joined &= one.slot() == log.slotLast() + 1 && one.entry().isPresent();
      if (joined) {
        log.cells.addLast(one.cell());
        entries.add(one.entry().get());
      } else {
        index.wreckage.add(one.cell());
      }
    }
    broken |= !joined || votesLost.contains(shard);
    if (broken && !log.group.damaged()) {
      findings.add(shard + " may lack entries after slot " + log.slotLast());
      index.unmarked.add(shard);
    }
    Group group = log.group;
    return new RecoveredLog(
        group.promised(),
        group.logBallot(),
        group.cutThrough(),
        entries,
        broken || group.damaged(),
        List.copyOf(votes.getOrDefault(shard, new TreeMap<>()).values()));
  }

  private byte[] whole(String what, byte[] name, byte[] content) {
    return Seal.body(name, content).orElseThrow(() -> unusable(what + " is damaged"));
  }

  private StoreUnusable unusable(String fault) {
    return new StoreUnusable(
        "The log in "
            + place
            + " cannot be used: "
            + fault
            + ". What this node promised is no longer known, so it must not vote under its old"
            + " identity: move the data directory away and let the node join as a new member.");
  }
}
