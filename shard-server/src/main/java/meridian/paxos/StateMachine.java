package meridian.paxos;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import meridian.model.NodeId;
import meridian.node.Effects;
import meridian.node.Now;

/// What a group's log drives. The replica calls it; all calls come from within a step.
public interface StateMachine {
  /// The entry is chosen. Called for every slot in order.
  ///
  /// @return whether it was applied; if not, nothing has changed and it will be offered again
  boolean apply(LogEntry entry, Now now, Effects out);

  /// The entry has been handed to the disk under this ballot: whoever counts this replica's vote
  /// for it may be told, once it is durable.
  void accepted(Ballot ballot, LogEntry entry, Effects out);

  /// The log is a higher ballot's now (rule P5). In the same durable step votes that were tagged
  /// with lower ballots go (rule P3).
  ///
  /// @param undecided every entry that is held in the ballot and not yet known to be chosen
  void moved(Ballot ballot, List<LogEntry> undecided, Effects out);

  /// The durable votes of this replica on the fast path, to be shown in a promise; none where there
  /// is no fast path.
  default List<Tentative> tentatives() {
    return List.of();
  }

  /// Whether there may have been such votes in the ballot that the log is of, even if they are
  /// lost.
  default boolean mayHaveVoted() {
    return false;
  }

  /// What a new leader must prepare beyond the log that it starts from (rule B2).
  ///
  /// @param logBallot the ballot whose log it is
  /// @param suffix the end of that log, in order, from some slot on that is at most the first not
  ///   applied here
  /// @param promises of the majority that it leads by
  /// @return nothing if that cannot be told now, since something is stored damaged here
  default Optional<List<Command.Prepare>> adoptable(
      Ballot logBallot,
      List<LogEntry> suffix,
      SortedMap<NodeId, PaxosMessage.Promise> promises,
      Now now,
      Effects out) {
    return Optional.of(List.of());
  }

  /// This replica leads: it holds the ballot's whole log, and may append from now on.
  void lead(Ballot ballot, Now now, Effects out);

  /// This replica does not lead any more; it forgets whatever only a leader knows.
  void follow(Effects out);

  /// A majority has confirmed this leader after `Leader.probe` gave out this number.
  void confirmed(long probe, Now now, Effects out);

  /// A follower wants entries that are cut: it needs a snapshot.
  void offerSnapshot(NodeId follower, Ballot ballot, Effects out);
}
