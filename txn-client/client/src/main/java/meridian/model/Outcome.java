package meridian.model;

import java.util.List;

/// How an attempt ended, as far as its client can know.
public sealed interface Outcome {
  /// All of it happened, at this timestamp, and it is durable.
  record Committed(Timestamp ts) implements Outcome {}

  /// None of it happened, and none of it ever will.
  record Aborted(AbortReason reason) implements Outcome {}

  /// It happened or it did not; whoever holds the token can ask later (rule C6). Never to be
  /// taken for aborted.
  record Unknown(Token token) implements Outcome {}

  /// What is needed to find out how a transaction ended.
  record Token(TxnId txn, List<ShardId> participants) {
    public Token {
      participants = List.copyOf(participants);
    }
  }
}
