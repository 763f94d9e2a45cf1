package meridian.participant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.Limits;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.model.Write;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.storage.CorruptRecord;
import meridian.storage.Tables;
import meridian.txn.Reading;

/// Serves reads as of a timestamp, at any replica and without asking another (rule 2.11).
///
/// The past is closed up to the largest TsLimit that is applied here. Whoever votes after it, in
/// this ballot or in any later one, finds it in his log and votes above it (rule 2.10); whoever has
/// voted before it stands before it in this log (rule P1). So the writes at or below the limit are
/// those that are applied here and those that are undecided here, and a read waits for the latter.
/// It does not matter who leads, nor whether that is known: what is applied is never taken back.
final class SnapshotReads {
  /// A read held up for this long is given back to its coordinator.
  private static final long WAIT_MICROS = 5_000_000;

  /// How often waiting reads are looked at when nothing happens.
  private static final long LOOK_MICROS = 100_000;

  private record Waiting(ParticipantMessage.ReadRequest request, NodeId from, long sinceMicros) {}

  private final ShardId shard;
  private final Settings settings;
  private final Group group;
  private final Ledger ledger;

  private List<Waiting> waiting = new ArrayList<>();

  /// Whether something has happened that may let a waiting read go on; and when they were last
  /// looked at.
  private boolean dirty;

  private long lookedMicros;
  private Optional<Key> damagedKey = Optional.empty();

  SnapshotReads(ShardId shard, Settings settings, Group group, Ledger ledger) {
    this.shard = shard;
    this.settings = settings;
    this.group = group;
    this.ledger = ledger;
  }

  /// Takes a request whose keys are this shard's: answers it, or has it wait.
  void on(ParticipantMessage.ReadRequest request, NodeId from, Now now, Effects out) {
    if (answer(request, from, out)) {
      return;
    }
    boolean isElsewhere =
        request.mode() != Reading.Mode.NEAREST && group.leading().isEmpty() && !isClosed(request);
    if (isElsewhere) {
      out.sendAhead(
          from,
          new CoordinatorMessage.NotLeader(
              shard, group.promised(), Optional.empty(), request.id()));
    } else if (waiting.size() >= settings.waitersMax()) {
      refuse(request, from, "too many reads wait here", out);
    } else {
      waiting.add(new Waiting(request, from, now.monotonicMicros()));
    }
  }

  private void refuse(
      ParticipantMessage.ReadRequest request, NodeId from, String why, Effects out) {
    out.sendAhead(from, new CoordinatorMessage.ReadRefused(shard, request.id(), why));
  }

  /// Something was applied.
  void changed() {
    dirty = true;
  }

  /// The largest timestamp that a read waits for to be closed; zero if none does.
  Timestamp wanted() {
    Timestamp wanted = Timestamp.ZERO;
    for (Waiting read : waiting) {
      wanted = Timestamp.max(wanted, isClosed(read.request()) ? wanted : read.request().at());
    }
    return wanted;
  }

  /// Serves what need not wait any longer.
  void serveWaiting(Now now, Effects out) {
    boolean due = dirty || now.monotonicMicros() - lookedMicros >= LOOK_MICROS;
    if (waiting.isEmpty() || !due) {
      return;
    }
    dirty = false;
    lookedMicros = now.monotonicMicros();
    List<Waiting> before = waiting;
    waiting = new ArrayList<>();
    for (Waiting read : before) {
      if (answer(read.request(), read.from(), out)) {
        continue;
      }
      if (now.monotonicMicros() - read.sinceMicros() > WAIT_MICROS) {
        String what =
            isClosed(read.request()) ? "an undecided transaction is in" : "the present is";
        refuse(read.request(), read.from(), what + " the way of a snapshot", out);
      } else {
        waiting.add(read);
      }
    }
  }

  /// Whether no vote at or below the read's timestamp will be applied any more.
  private boolean isClosed(ParticipantMessage.ReadRequest request) {
    return !request.at().isAfter(ledger.tsLimit());
  }

  private boolean answer(ParticipantMessage.ReadRequest request, NodeId from, Effects out) {
    if (request.at().isBefore(ledger.horizon())) {
      out.sendAhead(from, new CoordinatorMessage.ReadTooOld(shard, request.id(), ledger.horizon()));
      return true;
    }
    // A snapshot that is being received shows some of what comes later.
    if (!ledger.isWhole() || !isClosed(request) || isAnyUndecided(request)) {
      return false;
    }
    serve(request, from, out);
    return true;
  }

  /// Whether something that may yet commit at or below the read's timestamp writes what it reads.
  private boolean isAnyUndecided(ParticipantMessage.ReadRequest request) {
    for (Tables.Prepared prepared : ledger.prepared().values()) {
      if (!prepared.ts().isAfter(request.at())) {
        for (Write write : prepared.part().writes()) {
          if (request.ranges().stream().anyMatch(range -> range.keys().contains(write.key()))) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private void serve(ParticipantMessage.ReadRequest request, NodeId from, Effects out) {
    List<Reading.Page> pages = new ArrayList<>();
    long bytes = 0;
    try {
      for (Reading.Range range : request.ranges()) {
        if (bytes >= Limits.PAGE_BYTES_MAX) {
          break; // What has no page is asked for again.
        }
        PageBuilder builder = new PageBuilder(range);
        ledger.scanAsOf(range.keys(), range.reverse(), request.at(), builder);
        pages.add(builder.page(shard, request.generation(), ledger.slot()));
        bytes += builder.bytes();
      }
    } catch (CorruptRecord damaged) {
      damagedKey = damaged.key();
      refuse(request, from, "a stored copy is damaged and is being fetched from a peer", out);
      return;
    }
    out.sendAhead(from, new CoordinatorMessage.ReadReply(shard, request.id(), pages, false));
  }

  /// A key whose stored copy was found damaged since this was last asked.
  Optional<Key> takeDamagedKey() {
    Optional<Key> key = damagedKey;
    damagedKey = Optional.empty();
    return key;
  }
}
