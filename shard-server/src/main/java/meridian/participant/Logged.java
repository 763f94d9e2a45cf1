package meridian.participant;

import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import meridian.model.TxnId;
import meridian.paxos.LogEntry;

/// Where the part of the log that is not applied yet votes on a transaction.
final class Logged {
  private final Group group;
  private final Ledger ledger;
  private final NavigableMap<TxnId, LogEntry> votes = new TreeMap<>();

  /// Whether the log may have changed other than by growing since it was last looked through.
  private boolean changed = true;

  Logged(Group group, Ledger ledger) {
    this.group = group;
    this.ledger = ledger;
  }

  void changed() {
    changed = true;
  }

  void appended(LogEntry entry) {
    if (!changed) {
      Votes.txn(entry).ifPresent(txn -> votes.put(txn, entry));
    }
  }

  void applied(LogEntry entry) {
    Votes.txn(entry).ifPresent(votes::remove);
  }

  Optional<LogEntry> about(TxnId txn) {
    if (changed) {
      lookThrough();
    }
    return Optional.ofNullable(votes.get(txn));
  }

  private void lookThrough() {
    changed = false;
    votes.clear();
    long first = Math.max(ledger.slot() + 1, group.log().slotFirst());
    for (long slot = first; slot <= group.log().slotLast(); slot++) {
      appended(group.log().get(slot));
    }
  }
}
