package meridian.participant;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import meridian.model.AbortReason;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.paxos.Decision;

/// The one rule by which anyone finds out how a transaction ends (rules C3 and R2).
public final class Enquiry {
  private Enquiry() {}

  /// What the votes of the participants come to (rule C3): committed if all are prepared, at the
  /// largest of their timestamps; aborted if one has refused; nothing yet otherwise. A participant
  /// that remembers the outcome has the last word.
  public static Optional<Decision> decide(
      List<ShardId> participants, Map<ShardId, TxnStatus> votes) {
    Timestamp cts = Timestamp.ZERO;
    boolean allPrepared = true;
    for (ShardId participant : participants) {
      TxnStatus status = votes.get(participant);
      switch (status) {
        case null -> allPrepared = false;
        case TxnStatus.Prepared prepared -> cts = Timestamp.max(cts, prepared.ts());
        case TxnStatus.Settled settled -> {
          return Optional.of(settled.decision());
        }
        // Below the watermark and unknown: it cannot have committed while this shard holds it
        // undecided.
        case TxnStatus.Forgotten forgotten -> {
          return Optional.of(
              new Decision.Abort(
                  AbortReason.of(AbortReason.Kind.RECOVERED, participant + " has forgotten it")));
        }
      }
    }
    return allPrepared ? Optional.of(new Decision.Commit(cts)) : Optional.empty();
  }
}
