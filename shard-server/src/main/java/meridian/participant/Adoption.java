package meridian.participant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import meridian.model.Invariant;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Write;
import meridian.paxos.Ballot;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.paxos.Electorate;
import meridian.paxos.LogEntry;
import meridian.paxos.PaxosMessage;
import meridian.paxos.Tentative;
import meridian.storage.Version;

/// What a new leader finds beyond the log that it starts from: transactions that may have been
/// chosen by a fast quorum and are in no log that it was shown (rule B2).
///
/// A quorum of ballot β had β's leader in it. If that leader is among those who promised, its log
/// is the longest of β and has the transaction. If not, enough of the other members promised with
/// their votes still in hand. Which of such transactions was chosen cannot be told, and need not
/// be: to prepare one that was not does no harm, as long as it could have been. So each is
/// validated against the log alone. For one that was chosen this succeeds: the old leader voted
/// only when everything in its way was chosen and complete, hence in this log; and whatever came to
/// stand in its way later did so after its decision, which is in this log with everything before it
/// (P1).
final class Adoption {
  private final Ledger ledger;
  private final Tail tail;

  /// What readers who committed in the part of the log that is not applied have seen.
  private final Floors floors = new Floors();

  /// The last barrier of the log.
  private Ballot barrier;

  private Electorate electorate;

  /// @param suffix the log from the first slot on that is not applied here
  Adoption(Ledger ledger, List<LogEntry> suffix) {
    this.ledger = ledger;
    this.tail = new Tail(ledger);
    this.barrier = ledger.barrier();
    this.electorate = ledger.electorate();
    suffix.forEach(this::append);
  }

  private void append(LogEntry entry) {
    Optional<TxnPart> decided = tail.appended(entry);
    switch (entry.command()) {
      case Command.Barrier b -> {
        barrier = b.ballot();
        electorate = b.electorate();
      }
      case Command.OnePhase o -> raise(o.part(), o.ts());
      case Command.Decide d -> {
        if (d.decision() instanceof Decision.Commit commit) {
          decided.ifPresent(part -> raise(part, commit.ts()));
        }
      }
      case Command.Prepare p -> {}
      case Command.Fence f -> {}
      case Command.TsLimit t -> {}
      case Command.Collect c -> {}
    }
  }

  private void raise(TxnPart part, Timestamp ts) {
    part.reads().forEach(read -> floors.raise(read.range(), ts));
  }

  /// What to prepare, each at the very timestamp that it was voted on with.
  ///
  /// @param promises of a majority, of which the best log is the one given
  /// @throws meridian.storage.CorruptRecord if a version that tells is stored damaged here
  List<Command.Prepare> of(
      Ballot logBallot, SortedMap<NodeId, PaxosMessage.Promise> promises, int replicas) {
    if (logBallot.equals(Ballot.ZERO)) {
      return List.of();
    }
    Invariant.check(
        barrier.equals(logBallot), "the log of %s has the barrier of %s", logBallot, barrier);
    long replied = promises.keySet().stream().filter(electorate::contains).count();
    int enough = electorate.suspicion((int) replied, replicas);
    List<Command.Prepare> adopted = new ArrayList<>();
    for (Map.Entry<Subject, Integer> held : held(logBallot, promises).entrySet()) {
      TxnPart part = held.getKey().part();
      if (held.getValue() >= enough && mayHaveBeenChosen(part)) {
        Command.Prepare prepare = new Command.Prepare(part, part.ts());
        // Only so that what comes after it is held to it; the slot is the replica's to give.
        tail.appended(new LogEntry(Long.MAX_VALUE, logBallot, prepare));
        adopted.add(prepare);
      }
    }
    return adopted;
  }

  /// One thing that members may have voted for alike: a transaction of one content at one time.
  private record Subject(TxnPart part) implements Comparable<Subject> {
    @Override
    public int compareTo(Subject other) {
      int byTxn = part.txn().compareTo(other.part.txn());
      int byHash = byTxn != 0 ? byTxn : Long.compare(part.hash(), other.part.hash());
      return byHash != 0 ? byHash : part.ts().compareTo(other.part.ts());
    }
  }

  /// How many members hold a vote for each.
  private NavigableMap<Subject, Integer> held(
      Ballot logBallot, SortedMap<NodeId, PaxosMessage.Promise> promises) {
    NavigableMap<Subject, Integer> held = new TreeMap<>();
    promises.forEach(
        (node, promise) -> {
          if (electorate.contains(node)) {
            for (Tentative vote : promise.tentatives()) {
              if (vote.tag().equals(logBallot)) {
                held.merge(new Subject(vote.part()), 1, Integer::sum);
              }
            }
          }
        });
    return held;
  }

  private boolean mayHaveBeenChosen(TxnPart part) {
    return !isKnown(part.txn())
        && !part.isolation().isSnapshot()
        && part.txn().begin().isAfter(tail.watermark())
        && tail.locks().conflicts(part).isEmpty()
        && part.ts().isAfter(floor(part))
        && Validation.complaintAboutAdds(part, tail).isEmpty();
  }

  private boolean isKnown(TxnId txn) {
    return ledger.prepared().containsKey(txn)
        || ledger.versions().outcome(txn).isPresent()
        || tail.about(txn).isPresent();
  }

  /// What the log asks of the timestamp of just this part: nothing that only a neighbour's key or a
  /// former ballot gives, since the part may have been voted on before those.
  private Timestamp floor(TxnPart part) {
    Validation.Result reads = Validation.of(part, tail);
    if (reads.complaint().isPresent()) {
      return Timestamp.MAX;
    }
    Timestamp floor = Timestamp.max(reads.above(), tail.tsLimit());
    for (Write write : part.writes()) {
      floor = Timestamp.max(floor, floors.at(write.key()));
      floor = Timestamp.max(floor, ledger.floorAt(write.key()));
      floor =
          Timestamp.max(floor, tail.latest(write.key()).map(Version::ts).orElse(Timestamp.ZERO));
    }
    return floor;
  }
}
