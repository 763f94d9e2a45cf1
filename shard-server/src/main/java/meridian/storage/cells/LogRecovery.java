package meridian.storage.cells;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.paxos.LogEntry;
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

  /// The last cell of which not even the shard is known, or 0.
  private long sequenceUnknown;

  /// @param entry nothing where it cannot be read, or has been cut
  private record Found(long sequence, long slot, Optional<LogEntry> entry) {}

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
    long sequence = LogNames.sequenceOf(name);
    index.sequenceNext = sequence + 1;
    Optional<ByteBuffer> head = Seal.head(name, content, LogBatch.HEAD_BYTES);
    if (head.isEmpty()) {
      findings.add("record " + sequence + " of some shard is damaged");
      sequenceUnknown = sequence;
      index.wreckage.add(sequence);
      return;
    }
    ShardId shard = new ShardId(head.get().getInt());
    long slot = head.get().getLong();
    boolean cut = slot <= index.shard(shard).group.cutThrough();
    Optional<LogEntry> entry =
        cut ? Optional.empty() : Seal.body(name, content, LogBatch.HEAD_BYTES).map(format::entry);
    if (entry.isEmpty() && !cut) {
      findings.add("record " + sequence + ", slot " + slot + " of " + shard + ", is damaged");
    }
    found.computeIfAbsent(shard, _ -> new ArrayList<>()).add(new Found(sequence, slot, entry));
  }

  private RecoveredLog recover(ShardId shard, LogIndex.ShardLog log) {
    List<Found> all = found.getOrDefault(shard, List.of());
    List<LogEntry> entries = new ArrayList<>();
    boolean broken = all.isEmpty() || all.getLast().sequence() < sequenceUnknown;
    broken &= sequenceUnknown > 0;
    boolean joined = true;
    for (Found one : all) {
      if (one.slot() <= log.group.cutThrough()) {
        index.garbage.add(one.sequence());
        continue;
      }
      joined &= one.slot() == log.slotLast() + 1 && one.entry().isPresent();
      if (joined) {
        log.sequences.addLast(one.sequence());
        entries.add(one.entry().get());
      } else {
        index.wreckage.add(one.sequence());
      }
    }
    broken |= !joined;
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
        broken || group.damaged());
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
