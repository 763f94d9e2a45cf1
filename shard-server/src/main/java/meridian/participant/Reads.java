package meridian.participant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Limits;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.node.Effects;
import meridian.node.Now;
import meridian.storage.CorruptRecord;
import meridian.txn.Reading;

/// Serves reads of one shard (rule 2.11). Whatever is shown is applied, so chosen: a reply never
/// has to wait for this node's disk.
final class Reads {
  /// A leader's read that has been held up for this long is served as it stands; commit validates
  /// it.
  private static final long LEADER_WAIT_MICROS = 300_000;

  /// A read held up for this long is given back to its coordinator.
  private static final long STRONG_WAIT_MICROS = 5_000_000;

  /// A read that waits: for a majority to confirm this leader, or for something undecided in its
  /// way.
  private record Waiting(
      ParticipantMessage.ReadRequest request, NodeId from, long probe, long sinceMicros) {}

  private final ShardId shard;
  private final Settings settings;
  private final Group group;
  private final Ledger ledger;

  private final SnapshotReads snapshots;

  private final List<Waiting> waiting = new ArrayList<>();

  /// The newest probe that a majority has answered.
  private long probeConfirmed;

  /// The smallest TsLimit that would make strong reads of several keys possible again, if one was
  /// refused for want of it.
  private Timestamp limitWanted = Timestamp.ZERO;

  /// Whether something has happened that may let a waiting read go on.
  private boolean dirty;

  Reads(ShardId shard, Settings settings, Group group, Ledger ledger) {
    this.shard = shard;
    this.settings = settings;
    this.group = group;
    this.ledger = ledger;
    this.snapshots = new SnapshotReads(shard, settings, group, ledger);
  }

  SnapshotReads snapshots() {
    return snapshots;
  }

  /// Takes a request: answers it, or has it wait.
  void on(
      ParticipantMessage.ReadRequest request,
      NodeId from,
      ShardMap.Shard owned,
      Now now,
      Effects out) {
    Optional<String> complaint = complaint(request, owned);
    if (complaint.isPresent()) {
      refuse(request, from, complaint.get(), out);
      return;
    }
    if (request.isSnapshot()) {
      snapshots.on(request, from, now, out);
      return;
    }
    if (request.mode() == Reading.Mode.NEAREST) {
      serve(request, from, false, out);
      return;
    }
    if (group.leading().isEmpty()) {
      out.sendAhead(
          from,
          new CoordinatorMessage.NotLeader(
              shard, group.promised(), Optional.empty(), request.id()));
      return;
    }
    if (waiting.size() >= settings.waitersMax()) {
      refuse(request, from, "too many reads wait at the leader", out);
      return;
    }
    long probe = request.mode() == Reading.Mode.STRONG ? group.probe() : 0;
    waiting.add(new Waiting(request, from, probe, now.monotonicMicros()));
    dirty = true;
  }

  private Optional<String> complaint(ParticipantMessage.ReadRequest request, ShardMap.Shard owned) {
    if (request.generation() != owned.generation()) {
      return Optional.of("the shard is now of generation " + owned.generation());
    }
    if (!ledger.isWhole()) {
      return Optional.of("this replica is being brought up to date");
    }
    boolean outside =
        request.ranges().stream()
            .anyMatch(
                range ->
                    !range.keys().isEmpty()
                        && !range.keys().intersect(owned.range()).equals(range.keys()));
    return outside ? Optional.of("the shard does not own all of these keys") : Optional.empty();
  }

  private void refuse(
      ParticipantMessage.ReadRequest request, NodeId from, String why, Effects out) {
    out.sendAhead(from, new CoordinatorMessage.ReadRefused(shard, request.id(), why));
  }

  void confirmed(long probe) {
    probeConfirmed = Math.max(probeConfirmed, probe);
    dirty = true;
  }

  /// Something was applied, or a lock was released.
  void changed() {
    dirty = true;
    snapshots.changed();
  }

  /// Whether a TsLimit at or above the one returned is wanted.
  Timestamp limitWanted() {
    return limitWanted;
  }

  /// This replica does not lead any more: what waits is for another to answer.
  void follow(Effects out) {
    for (Waiting read : waiting) {
      out.sendAhead(
          read.from(),
          new CoordinatorMessage.NotLeader(
              shard, group.promised(), Optional.empty(), read.request().id()));
    }
    waiting.clear();
    probeConfirmed = 0;
  }

  /// Serves what need not wait any longer.
  void serveWaiting(Voter voter, Now now, Effects out) {
    if (!dirty || waiting.isEmpty() || !group.barrierChosen()) {
      return;
    }
    dirty = false;
    List<Waiting> still = new ArrayList<>();
    for (Waiting read : waiting) {
      boolean strong = read.request().mode() == Reading.Mode.STRONG;
      List<KeyRange> ranges = read.request().ranges().stream().map(Reading.Range::keys).toList();
      boolean confirmed = !strong || read.probe() <= probeConfirmed;
      if (confirmed && voter.isSettled(ranges)) {
        serve(read.request(), read.from(), strong, out);
      } else if (!strong && now.monotonicMicros() - read.sinceMicros() > LEADER_WAIT_MICROS) {
        serve(read.request(), read.from(), false, out);
      } else if (now.monotonicMicros() - read.sinceMicros() > STRONG_WAIT_MICROS) {
        refuse(read.request(), read.from(), "an undecided transaction is in the way", out);
      } else {
        still.add(read);
      }
    }
    waiting.clear();
    waiting.addAll(still);
  }

  private void serve(
      ParticipantMessage.ReadRequest request, NodeId from, boolean strong, Effects out) {
    List<Reading.Page> pages = new ArrayList<>();
    Timestamp newest = Timestamp.ZERO;
    try {
      long bytes = 0;
      for (Reading.Range range : request.ranges()) {
        if (bytes >= Limits.PAGE_BYTES_MAX) {
          break; // What has no page is asked for again.
        }
        PageBuilder builder = new PageBuilder(range);
        ledger.scan(range.keys(), range.reverse(), builder);
        pages.add(builder.page(shard, request.generation(), ledger.slot()));
        newest = Timestamp.max(newest, builder.newest());
        bytes += builder.bytes();
      }
    } catch (CorruptRecord damaged) {
      damagedKey = damaged.key();
      refuse(request, from, "a stored copy is damaged and is being fetched from a peer", out);
      return;
    }
    boolean oneKey = request.ranges().size() == 1 && request.ranges().getFirst().keys().isPoint();
    boolean covered = oneKey || !newest.isAfter(ledger.tsLimit());
    if (strong && !covered) {
      limitWanted = Timestamp.max(limitWanted, newest);
    }
    out.sendAhead(
        from, new CoordinatorMessage.ReadReply(shard, request.id(), pages, strong && covered));
  }

  /// A key whose stored copy was found damaged since this was last asked.
  Optional<Key> takeDamagedKey() {
    Optional<Key> key = damagedKey.or(snapshots::takeDamagedKey);
    damagedKey = Optional.empty();
    return key;
  }

  private Optional<Key> damagedKey = Optional.empty();
}
