package meridian.storage.cells;

import java.nio.ByteBuffer;
import meridian.model.NodeId;
import meridian.paxos.Ballot;

/// What the log keeps of a shard beside its entries.
///
/// @param cutThrough every slot up to here is gone from the log
/// @param damaged entries after those held were lost, and have not been fetched again
record Group(Ballot promised, Ballot logBallot, long cutThrough, boolean damaged) {
  static final Group NEW = new Group(Ballot.ZERO, Ballot.ZERO, 0, false);

  private static final int BYTES = 5 * Long.BYTES + 1;

  Group withBallots(Ballot nowPromised, Ballot nowLogBallot) {
    return new Group(nowPromised, nowLogBallot, cutThrough, damaged);
  }

  Group withCutThrough(long slot) {
    return new Group(promised, logBallot, slot, damaged);
  }

  Group withDamage(boolean nowDamaged) {
    return new Group(promised, logBallot, cutThrough, nowDamaged);
  }

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    put(out, promised);
    put(out, logBallot);
    return out.putLong(cutThrough).put((byte) (damaged ? 1 : 0)).array();
  }

  static Group decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new Group(ballot(in), ballot(in), in.getLong(), in.get() != 0);
  }

  private static void put(ByteBuffer out, Ballot ballot) {
    out.putLong(ballot.round()).putLong(ballot.leader().number());
  }

  private static Ballot ballot(ByteBuffer in) {
    return new Ballot(in.getLong(), new NodeId(in.getLong()));
  }
}
