package meridian.paxos;

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
  void accepted(Ballot ballot, LogEntry entry);

  /// This replica leads: it holds the ballot's whole log, and may append from now on.
  void lead(Ballot ballot, Now now, Effects out);

  /// This replica does not lead any more; it forgets whatever only a leader knows.
  void follow(Effects out);

  /// A majority has confirmed this leader after `Leader.probe` gave out this number.
  void confirmed(long probe, Now now, Effects out);

  /// A follower wants entries that are cut: it needs a snapshot.
  void offerSnapshot(NodeId follower, Ballot ballot, Effects out);
}
