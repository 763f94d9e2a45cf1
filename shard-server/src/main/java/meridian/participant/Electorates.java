package meridian.participant;

import meridian.paxos.Ballot;
import meridian.paxos.Command;
import meridian.paxos.Electorate;
import meridian.paxos.Log;

/// Which electorate the ballot has that a replica's log is of: its barrier says so, in the log or,
/// when that has been cut, in the state.
final class Electorates {
  private final Group group;
  private final Ledger ledger;

  /// The ballot that was last asked for, and its electorate, which never changes.
  private Ballot ballot = Ballot.ZERO;

  private Electorate electorate = Electorate.EMPTY;

  Electorates(Group group, Ledger ledger) {
    this.group = group;
    this.ledger = ledger;
  }

  Electorate present() {
    if (!group.logBallot().equals(ballot)) {
      ballot = group.logBallot();
      electorate = find(ballot);
    }
    return electorate;
  }

  private Electorate find(Ballot wanted) {
    Log log = group.log();
    for (long slot = log.slotLast(); slot >= log.slotFirst(); slot--) {
      if (log.get(slot).command() instanceof Command.Barrier b && b.ballot().equals(wanted)) {
        return b.electorate();
      }
    }
    return ledger.barrier().equals(wanted) ? ledger.electorate() : Electorate.EMPTY;
  }
}
