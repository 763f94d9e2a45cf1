package meridian.participant;

import java.util.Optional;
import meridian.model.NodeId;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.paxos.Command;
import meridian.paxos.LogEntry;

/// Which entries of a log are this shard's votes on transactions, and who counts them.
final class Votes {
  private Votes() {}

  /// The vote that an entry is, if it is one.
  static Optional<CoordinatorMessage.Vote> of(LogEntry entry) {
    return switch (entry.command()) {
      case Command.Prepare p -> Optional.of(of(entry, p.part(), yes(p, false)));
      case Command.OnePhase o ->
          Optional.of(of(entry, o.part(), new CoordinatorMessage.Choice.Done(o.ts())));
      case Command.Fence f ->
          Optional.of(
              new CoordinatorMessage.Vote(
                  entry.slot(), f.txn(), 0, new CoordinatorMessage.Choice.No(f.reason())));
      case Command.Decide d -> Optional.empty();
      case Command.Barrier b -> Optional.empty();
      case Command.TsLimit t -> Optional.empty();
      case Command.Collect c -> Optional.empty();
    };
  }

  /// The same, where the leader's YES counts on the fast path too (rule L3).
  static CoordinatorMessage.Vote fast(CoordinatorMessage.Vote vote) {
    return vote.choice() instanceof CoordinatorMessage.Choice.Yes yes
        ? new CoordinatorMessage.Vote(
            vote.slot(), vote.txn(), vote.hash(), new CoordinatorMessage.Choice.Yes(yes.ts(), true))
        : vote;
  }

  /// A member's vote on the fast path, which stands in no slot.
  static CoordinatorMessage.Vote tentative(TxnPart part) {
    return new CoordinatorMessage.Vote(
        0, part.txn(), part.hash(), new CoordinatorMessage.Choice.Tentative(part.ts()));
  }

  private static CoordinatorMessage.Choice yes(Command.Prepare prepare, boolean fast) {
    return new CoordinatorMessage.Choice.Yes(prepare.ts(), fast);
  }

  private static CoordinatorMessage.Vote of(
      LogEntry entry, TxnPart part, CoordinatorMessage.Choice choice) {
    return new CoordinatorMessage.Vote(entry.slot(), part.txn(), part.hash(), choice);
  }

  /// The transaction that an entry votes on.
  static Optional<TxnId> txn(LogEntry entry) {
    return of(entry).map(CoordinatorMessage.Vote::txn);
  }

  /// Who counts the vote that an entry is; nobody where it is none.
  static NodeId coordinator(LogEntry entry) {
    return switch (entry.command()) {
      case Command.Prepare p -> p.part().coordinator();
      case Command.OnePhase o -> o.part().coordinator();
      case Command.Fence f -> f.coordinator();
      case Command.Decide d -> NodeId.NONE;
      case Command.Barrier b -> NodeId.NONE;
      case Command.TsLimit t -> NodeId.NONE;
      case Command.Collect c -> NodeId.NONE;
    };
  }
}
