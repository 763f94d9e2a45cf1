package meridian.model;

import java.util.List;

/// How an attempt ended, as far as its client can know.
public sealed interface Outcome {
  /// All of it happened, at this timestamp, and it is durable.
  record Committed(Timestamp ts) implements Outcome {}

  /// None of it happened, and none of it ever will.
  record Aborted(AbortReason reason) implements Outcome {}

  /// It happened or it did not; whoever holds the token can ask later (rule C6). Never to be taken
  /// for aborted.
  record Unknown(Token token) implements Outcome {}

  /// What is needed to find out how a transaction ended.
  ///
  /// @param participants all shards that took part; empty where the client was never told, since no
  ///   coordinator answered. Never some of them: the outcome is the AND of every vote (rule C3)
  /// @param anchor a key that it wrote or read, or the start of a range that it read. Its owner
  ///   took part. Where the participants are not known, ask that shard, and take from it nothing
  ///   less than a settled outcome: that it is prepared there says nothing of the others
  record Token(TxnId txn, List<ShardId> participants, Key anchor) {
    public Token {
      participants = List.copyOf(participants);
    }
  }
}
