package meridian.model;

import java.util.List;

/// What one participant shard is asked to vote on: its part of a transaction (protocol 2.1).
/// Immutable for a transaction id, and hashed: whoever resends it repeats it to the letter.
///
/// @param txn whose part
/// @param shard the participant asked
/// @param ts the timestamp that the coordinator proposes; the participant may prepare at a later
///   one
/// @param deadline after this the participant no longer lets it wait for a lock
/// @param coordinator who counts the votes
/// @param participants all shards of the transaction in order, so that anyone can finish it
/// @param isolation what the transaction is promised
/// @param snapshot as of when a snapshot transaction has read; zero for every other
/// @param reads what was read from this shard and must still be so; nothing where the level does
///   not validate reads
/// @param writes what is written to this shard, in key order, a key once
/// @param hash of what the transaction is: its id, participants, level, reads and writes.
///   Timestamp, deadline and coordinator are not in it: a client whose coordinator died may send
///   the same transaction through another one, and whatever the shard recorded first stands (rule
///   L1)
public record TxnPart(
    TxnId txn,
    ShardId shard,
    Timestamp ts,
    Timestamp deadline,
    NodeId coordinator,
    List<ShardId> participants,
    Isolation isolation,
    Timestamp snapshot,
    List<Observed> reads,
    List<Write> writes,
    long hash) {
  public TxnPart {
    participants = List.copyOf(participants);
    reads = List.copyOf(reads);
    writes = List.copyOf(writes);
  }

  /// The part with its hash computed, of a strictly serializable transaction.
  public static TxnPart of(
      TxnId txn,
      ShardId shard,
      Timestamp ts,
      Timestamp deadline,
      NodeId coordinator,
      List<ShardId> participants,
      List<Observed> reads,
      List<Write> writes) {
    return of(
        txn,
        shard,
        ts,
        deadline,
        coordinator,
        participants,
        Isolation.STRICT_SERIALIZABLE,
        Timestamp.ZERO,
        reads,
        writes);
  }

  /// The part with its hash computed.
  public static TxnPart of(
      TxnId txn,
      ShardId shard,
      Timestamp ts,
      Timestamp deadline,
      NodeId coordinator,
      List<ShardId> participants,
      Isolation isolation,
      Timestamp snapshot,
      List<Observed> reads,
      List<Write> writes) {
    TxnPart part =
        new TxnPart(
            txn,
            shard,
            ts,
            deadline,
            coordinator,
            participants,
            isolation,
            snapshot,
            reads,
            writes,
            0);
    return part.withHash(part.expectedHash());
  }

  private TxnPart withHash(long computed) {
    return new TxnPart(
        txn,
        shard,
        ts,
        deadline,
        coordinator,
        participants,
        isolation,
        snapshot,
        reads,
        writes,
        computed);
  }

  /// Whether this shard alone decides the transaction (rule 2.12).
  public boolean isOnlyParticipant() {
    return participants.size() == 1;
  }

  /// About how many bytes the part takes.
  public long sizeBytes() {
    long bytes = 0;
    for (Observed read : reads) {
      bytes += 2L * read.range().start().size() + Long.BYTES;
    }
    for (Write write : writes) {
      bytes += write.sizeBytes();
    }
    return bytes;
  }

  /// The hash that the content ought to have.
  public long expectedHash() {
    Digest digest = new Digest().add(txn).add(shard.number()).add(participants.size());
    participants.forEach(participant -> digest.add(participant.number()));
    digest.add(isolation.label()).add(snapshot.packed());
    digest.add(reads.size());
    reads.forEach(read -> digest.add(read.range()).add(read.slot()));
    digest.add(writes.size());
    writes.forEach(digest::add);
    return digest.value();
  }
}
