package meridian.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.participant.Ledger;
import meridian.paxos.Ballot;
import meridian.paxos.Log;
import meridian.paxos.PaxosMessage;
import meridian.storage.SnapshotRow;
import meridian.storage.StateFlush;
import meridian.storage.StateReader;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;
import meridian.storage.Version;

/// Brings a replica up to date whose log is too far behind: the state is copied piece by piece
/// while both sides go on.
///
/// There is no frozen snapshot that the sender would have to keep. The tables are as of slot S; the
/// rows are whatever the sender has flushed when it is asked, so as of S or later. Versions are
/// facts that never change, so a row from later than S only shows early what the log after S is
/// going to say, and the state counts as whole once the newest slot that any row showed has been
/// applied. A transfer is resumed from the cursor, at any replica whose log still reaches back to
/// S.
final class Transfer {
  private static final int ROWS_PER_READ = 32;
  private static final int OUTCOMES_PER_CHUNK = 500;
  private static final long CHUNK_BYTES_MAX = 512 * 1024;
  private static final long RETRY_MICROS = 1_000_000;
  private static final long RETAIN_MICROS = 10_000_000;

  /// Instead of the slot that rows show. It must not look like a piece, for an empty piece would
  /// say that there are no keys.
  private static final long NOT_TO_BE_HAD = 0;

  /// A transfer that this replica is receiving.
  private static final class Incoming {
    final Tables tables;
    NodeId source;
    Ballot ballot;
    PaxosMessage.Cursor cursor = new PaxosMessage.Cursor.Keys(Key.EMPTY);

    /// The newest slot that any row showed.
    long wholeFrom;

    /// A piece is on its way to disk; set to the cursor after it, or to nothing after the last.
    boolean storing;

    Optional<PaxosMessage.Cursor> next = Optional.empty();

    long askedMicros;

    Incoming(Tables tables, long wholeFrom, NodeId source, Ballot ballot) {
      this.tables = tables;
      this.source = source;
      this.ballot = ballot;
      this.wholeFrom = Math.max(wholeFrom, Math.max(tables.slot(), tables.wholeFromSlot()));
    }
  }

  private final ShardId shard;
  private final StateReader state;

  private Optional<Incoming> incoming = Optional.empty();

  /// The slot that a follower's transfer started from, whose log must not be cut meanwhile, and
  /// since when nobody has asked for more.
  private long retainFrom = Long.MAX_VALUE;

  private long retainedMicros;

  Transfer(ShardId shard, StateReader state) {
    this.shard = shard;
    this.state = state;
  }

  boolean isReceiving() {
    return incoming.isPresent();
  }

  /// The last slot that may be cut from the log without spoiling a transfer.
  long cutThroughMax(Now now) {
    boolean live = now.monotonicMicros() - retainedMicros < RETAIN_MICROS;
    return live ? retainFrom : Long.MAX_VALUE;
  }

  // ---- sending

  /// Offers the last flushed state to a follower that wants what was cut.
  void offer(NodeId follower, Ballot ballot, Effects out) {
    state
        .tables(shard)
        .ifPresent(
            tables ->
                out.sendAhead(follower, new PaxosMessage.SnapshotOffer(shard, ballot, tables)));
  }

  /// Sends a piece, if what comes after it is still in the log.
  ///
  /// @throws meridian.storage.CorruptRecord if a version in it is stored damaged
  void onFetch(PaxosMessage.SnapshotFetch m, NodeId from, Log log, Now now, Effects out) {
    Optional<Tables> tables = state.tables(shard);
    if (tables.isEmpty()) {
      return;
    }
    if (m.slot() > tables.get().slot() || log.slotFirst() > m.slot() + 1) {
      // That snapshot is not to be had here any more.
      out.sendAhead(
          from,
          new PaxosMessage.SnapshotChunk(
              shard,
              m.ballot(),
              m.slot(),
              m.after(),
              NOT_TO_BE_HAD,
              List.of(),
              List.of(),
              Optional.empty()));
      return;
    }
    retainFrom = m.slot();
    retainedMicros = now.monotonicMicros();
    out.sendAhead(
        from,
        switch (m.after()) {
          case PaxosMessage.Cursor.Keys keys -> keysChunk(m, keys);
          case PaxosMessage.Cursor.Outcomes outcomes -> outcomesChunk(m, outcomes);
        });
  }

  private PaxosMessage.SnapshotChunk keysChunk(
      PaxosMessage.SnapshotFetch m, PaxosMessage.Cursor.Keys keys) {
    List<SnapshotRow> rows = new ArrayList<>();
    Key from = keys.from();
    long bytes = 0;
    boolean more = true;
    while (more && bytes < CHUNK_BYTES_MAX) {
      List<SnapshotRow> page = state.rows(shard, KeyRange.from(from), false, ROWS_PER_READ);
      for (SnapshotRow row : page) {
        rows.add(row);
        bytes += row.key().size();
        bytes +=
            row.versions().stream().mapToLong(v -> v.value().map(x -> x.size()).orElse(0)).sum();
        from = row.key().next();
      }
      more = page.size() == ROWS_PER_READ;
    }
    PaxosMessage.Cursor next =
        more ? new PaxosMessage.Cursor.Keys(from) : new PaxosMessage.Cursor.Outcomes(FIRST_TXN);
    return new PaxosMessage.SnapshotChunk(
        shard, m.ballot(), m.slot(), m.after(), flushedSlot(), rows, List.of(), Optional.of(next));
  }

  private static final meridian.model.TxnId FIRST_TXN =
      new meridian.model.TxnId(Timestamp.ZERO, 0, 0, 0);

  private PaxosMessage.SnapshotChunk outcomesChunk(
      PaxosMessage.SnapshotFetch m, PaxosMessage.Cursor.Outcomes outcomes) {
    List<TxnRecord> records =
        state.outcomesAfter(shard, Optional.of(outcomes.after()), OUTCOMES_PER_CHUNK);
    Optional<PaxosMessage.Cursor> next =
        records.size() < OUTCOMES_PER_CHUNK
            ? Optional.empty()
            : Optional.of(new PaxosMessage.Cursor.Outcomes(records.getLast().txn()));
    return new PaxosMessage.SnapshotChunk(
        shard, m.ballot(), m.slot(), m.after(), flushedSlot(), List.of(), records, next);
  }

  /// The slot that rows read before this call show at the latest.
  private long flushedSlot() {
    return state.tables(shard).map(Tables::slot).orElse(0L);
  }

  // ---- receiving

  /// A snapshot is to be had: starts on it, or goes on with the one under way from another source.
  ///
  /// @param wholeFrom the newest slot that pieces of earlier transfers showed here
  void onOffer(
      PaxosMessage.SnapshotOffer m,
      NodeId from,
      long applied,
      long wholeFrom,
      Now now,
      Effects out) {
    if (incoming.isPresent() && !incoming.get().storing) {
      Incoming running = incoming.get();
      boolean stuck = now.monotonicMicros() - running.askedMicros > RETRY_MICROS;
      if (running.tables.slot() <= applied) {
        incoming = Optional.empty();
      } else if (stuck || !running.source.equals(from)) {
        running.source = from;
        running.ballot = m.ballot();
        ask(running, now, out);
      }
    }
    if (incoming.isEmpty() && m.tables().slot() > applied) {
      incoming = Optional.of(new Incoming(m.tables(), wholeFrom, from, m.ballot()));
      ask(incoming.get(), now, out);
    }
  }

  private void ask(Incoming running, Now now, Effects out) {
    running.askedMicros = now.monotonicMicros();
    out.sendAhead(
        running.source,
        new PaxosMessage.SnapshotFetch(
            shard, running.ballot, running.tables.slot(), running.cursor));
  }

  /// A piece has arrived. The caller brings what is returned to disk, and calls `stored` when it
  /// is.
  ///
  /// @throws meridian.storage.CorruptRecord if a version in its place is stored damaged; nothing
  ///   has changed then, and the piece is asked for again
  Optional<StateFlush> onChunk(PaxosMessage.SnapshotChunk m, Ledger ledger, Tables flushedTables) {
    if (incoming.isEmpty() || incoming.get().storing) {
      return Optional.empty();
    }
    Incoming running = incoming.get();
    if (m.slot() != running.tables.slot() || !m.after().equals(running.cursor)) {
      return Optional.empty();
    }
    if (m.sentAtSlot() == NOT_TO_BE_HAD) {
      incoming = Optional.empty();
      return Optional.empty();
    }
    List<SnapshotRow> rows = new ArrayList<>(m.rows());
    rows.addAll(deletions(m, running));
    running.storing = true;
    running.next = m.next();
    running.wholeFrom = Math.max(running.wholeFrom, m.sentAtSlot());
    ledger.pieceTogether(running.wholeFrom);
    Tables tables = m.next().isPresent() ? flushedTables : running.tables;
    return Optional.of(
        new StateFlush(
            shard, rows, m.outcomes(), List.of(), tables.withWholeFrom(running.wholeFrom)));
  }

  /// Keys that this replica has and the piece, which covers their place, has not: they were
  /// deleted, and even the deletion has been forgotten where the piece comes from. A key that an
  /// earlier transfer has brought from a later state is none of these: the log will get there.
  private List<SnapshotRow> deletions(PaxosMessage.SnapshotChunk m, Incoming running) {
    if (!(m.after() instanceof PaxosMessage.Cursor.Keys from)) {
      return List.of();
    }
    KeyRange covered =
        m.next().isPresent() && m.next().get() instanceof PaxosMessage.Cursor.Keys next
            ? KeyRange.of(from.from(), next.from())
            : KeyRange.from(from.from());
    java.util.TreeSet<Key> sent = new java.util.TreeSet<>();
    m.rows().forEach(row -> sent.add(row.key()));
    List<SnapshotRow> gone = new ArrayList<>();
    for (SnapshotRow row : state.rows(shard, covered, false, Integer.MAX_VALUE)) {
      Version newest = row.versions().getFirst();
      if (!sent.contains(row.key()) && newest.slot() <= m.sentAtSlot()) {
        Timestamp after = newest.ts().next();
        gone.add(
            new SnapshotRow(
                row.key(), List.of(new Version(after, running.tables.slot(), Optional.empty()))));
      }
    }
    return gone;
  }

  /// What `onChunk` returned is durable.
  ///
  /// @return the tables that the state now has, if this was the last piece
  Optional<Tables> stored(Now now, Effects out) {
    Incoming running = incoming.orElseThrow();
    running.storing = false;
    if (running.next.isPresent()) {
      running.cursor = running.next.get();
      ask(running, now, out);
      return Optional.empty();
    }
    incoming = Optional.empty();
    return Optional.of(running.tables.withWholeFrom(running.wholeFrom));
  }

  /// Asks again for a piece that does not come; gives a transfer up that has been overtaken.
  void tick(long applied, Now now, Effects out) {
    if (incoming.isEmpty() || incoming.get().storing) {
      return;
    }
    if (incoming.get().tables.slot() <= applied) {
      incoming = Optional.empty();
    } else if (now.monotonicMicros() - incoming.get().askedMicros > RETRY_MICROS) {
      ask(incoming.get(), now, out);
    }
  }
}
