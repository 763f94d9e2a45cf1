package meridian.participant;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import meridian.model.ShardId;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.node.Effects;
import meridian.paxos.Ballot;
import meridian.paxos.Tentative;
import meridian.storage.LogWrite;

/// The votes on the fast path that this replica has cast as a member of an electorate (protocol
/// 2.4). A member promises two things only: that it keeps the part, and that no two votes it holds
/// conflict. Whether what was read is still so, and whether the log is in the way, is for the
/// leader to say.
///
/// They outlive whatever is rebuilt from a snapshot, and go only by rule P3: when the log tells of
/// the transaction, or has moved to a higher ballot. Not after a while, and not because somebody
/// said how it ended: a quorum may rest on them.
public final class Tentatives {
  /// They are part of promises, which must fit into a message.
  static final long BYTES_MAX = 4L * 1024 * 1024;

  static final int MANY = 20_000;

  private final ShardId shard;

  /// The votes, all of the ballot that the log is of, and what they lock.
  private final NavigableMap<TxnId, Tentative> votes = new TreeMap<>();

  private final LockTable locks = new LockTable();

  /// Since when a vote has been waiting to be dropped, by a monotonic clock.
  private final NavigableMap<TxnId, Long> sinceMicros = new TreeMap<>();

  /// @param recovered what the disk still holds
  public Tentatives(ShardId shard, List<Tentative> recovered) {
    this.shard = shard;
    recovered.forEach(this::hold);
  }

  private void hold(Tentative vote) {
    votes.put(vote.part().txn(), vote);
    locks.add(vote.part());
  }

  public List<Tentative> all() {
    return List.copyOf(votes.values());
  }

  Optional<Tentative> of(TxnId txn) {
    return Optional.ofNullable(votes.get(txn));
  }

  /// Votes for a part, unless a vote that is held conflicts with it (rule E3) or there is no room.
  ///
  /// @return whether the vote is cast; it may be shown once it is durable (rule E4)
  boolean vote(Ballot logBallot, TxnPart part, Effects out) {
    boolean hasRoom =
        locks.isEmpty() || (votes.size() < MANY && locks.bytes() + part.sizeBytes() <= BYTES_MAX);
    if (!hasRoom || !locks.conflicts(part).isEmpty()) {
      return false;
    }
    Tentative vote = new Tentative(logBallot, part);
    hold(vote);
    out.write(new LogWrite.Vote(shard, vote));
    return true;
  }

  /// The log tells of a transaction (rule P3).
  void drop(TxnId txn, Effects out) {
    if (votes.remove(txn) != null) {
      locks.remove(txn);
      sinceMicros.remove(txn);
      out.write(new LogWrite.VoteDropped(shard, txn));
    }
  }

  /// Drops what the log or the state has made superfluous (rule P3).
  void dropIf(Predicate<Tentative> superfluous, Effects out) {
    List<TxnId> gone = new ArrayList<>();
    votes.forEach(
        (txn, vote) -> {
          if (superfluous.test(vote)) {
            gone.add(txn);
          }
        });
    gone.forEach(txn -> drop(txn, out));
  }

  /// Those that nothing has become of for so long (rule E5). Each is named again after as long.
  List<Tentative> stale(long nowMicros, long micros) {
    List<Tentative> stale = new ArrayList<>();
    for (Tentative vote : votes.values()) {
      long since = sinceMicros.computeIfAbsent(vote.part().txn(), t -> nowMicros);
      if (nowMicros - since >= micros) {
        sinceMicros.put(vote.part().txn(), nowMicros);
        stale.add(vote);
      }
    }
    return stale;
  }

  int size() {
    return votes.size();
  }
}
