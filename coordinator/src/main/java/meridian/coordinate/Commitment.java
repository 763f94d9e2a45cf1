package meridian.coordinate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import meridian.model.Invariant;
import meridian.model.NodeId;
import meridian.model.Outcome;
import meridian.model.ShardId;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.participant.Enquiry;
import meridian.participant.TxnStatus;
import meridian.paxos.Decision;

/// What a coordinator knows of one transaction that it commits or resolves. Volatile: whatever
/// matters is in the logs of the participants.
final class Commitment {
  /// Who waits for the outcome: a request of a client, or nobody any more.
  record Waiter(NodeId client, long request, long dueMicros) {}

  final TxnId txn;

  /// The parts to be voted on, by shard; none where this coordinator only resolves what another
  /// began.
  final Map<ShardId, TxnPart> parts = new TreeMap<>();

  /// Every participant, as far as it is known; to be named in the token of an unknown outcome.
  final Outcome.Token token;

  final Map<ShardId, Ballots> ballots = new TreeMap<>();

  /// What is proven of each participant.
  final Map<ShardId, TxnStatus> votes = new TreeMap<>();

  final List<Waiter> waiters = new ArrayList<>();

  /// How it ended, once that is settled; and who has acknowledged that.
  private Optional<Decision> decision = Optional.empty();

  final TreeSet<ShardId> acknowledged = new TreeSet<>();

  /// When to send again what has not been answered, and how often that was done.
  long nextMicros;

  int sends;

  /// Set once votes are no longer only asked for but forced (rule R1).
  boolean resolving;

  /// When all further effort ends.
  long endMicros;

  Commitment(Outcome.Token token) {
    this.txn = token.txn();
    this.token = token;
  }

  Optional<Decision> decision() {
    return decision;
  }

  void decide(Decision settled) {
    decision.ifPresent(
        known ->
            Invariant.check(
                known.agreesWith(settled), "%s is %s, and now %s", txn, known, settled));
    decision = Optional.of(settled);
  }

  /// Whether a participant's vote was proven on the fast path.
  boolean isProvenFast(ShardId shard) {
    Ballots counted = ballots.get(shard);
    return counted != null && counted.isProvenFast();
  }

  /// The outcome that the proven votes come to, if they do (rule C3).
  Optional<Decision> tally() {
    // An only participant that is prepared proves nothing where the participants are not known.
    if (token.participants().isEmpty()) {
      return votes.values().stream()
          .filter(TxnStatus.Settled.class::isInstance)
          .map(status -> ((TxnStatus.Settled) status).decision())
          .findFirst();
    }
    return Enquiry.decide(token.participants(), votes);
  }

  /// Whether a participant has said that it began before the watermark and is unknown: its outcome
  /// will never be known to a client (rule G3).
  boolean isForgotten() {
    for (TxnStatus status : votes.values()) {
      if (status instanceof TxnStatus.Forgotten) {
        return true;
      }
    }
    return false;
  }
}
