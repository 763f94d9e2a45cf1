package meridian.codec;

import static meridian.wire.ModelCodec.node;
import static meridian.wire.ModelCodec.shard;
import static meridian.wire.ModelCodec.unknownCase;

import meridian.model.ShardId;
import meridian.paxos.PaxosMessage;
import meridian.paxos.PaxosMessage.Accept;
import meridian.paxos.PaxosMessage.Accepted;
import meridian.paxos.PaxosMessage.Behind;
import meridian.paxos.PaxosMessage.Cursor;
import meridian.paxos.PaxosMessage.FetchLog;
import meridian.paxos.PaxosMessage.LogSuffix;
import meridian.paxos.PaxosMessage.PreVote;
import meridian.paxos.PaxosMessage.PreVoteReply;
import meridian.paxos.PaxosMessage.Prepare;
import meridian.paxos.PaxosMessage.Promise;
import meridian.paxos.PaxosMessage.Rejected;
import meridian.paxos.PaxosMessage.RepairFetch;
import meridian.paxos.PaxosMessage.RepairRow;
import meridian.paxos.PaxosMessage.SnapshotChunk;
import meridian.paxos.PaxosMessage.SnapshotFetch;
import meridian.paxos.PaxosMessage.SnapshotOffer;
import meridian.paxos.PaxosMessage.TakeOver;
import meridian.paxos.PaxosMessage.TransferLeader;
import meridian.storage.SnapshotRow;
import meridian.wire.BadMessage;
import meridian.wire.ModelCodec;
import meridian.wire.WireReader;
import meridian.wire.WireWriter;

/// What the replicas of a group say to each other, as cases of `NodeMessage`.
final class PaxosCodec {
  private PaxosCodec() {}

  static void write(WireWriter out, PaxosMessage message) {
    switch (message) {
      case Accept accept -> out.message(1, accept, PaxosCodec::accept);
      case Accepted accepted -> out.message(2, accepted, PaxosCodec::accepted);
      case PreVote preVote -> out.message(16, preVote, PaxosCodec::preVote);
      case PreVoteReply reply -> out.message(17, reply, PaxosCodec::preVoteReply);
      case Prepare prepare -> out.message(18, prepare, PaxosCodec::prepare);
      case Promise promise -> out.message(19, promise, PaxosCodec::promise);
      case FetchLog fetch -> out.message(20, fetch, PaxosCodec::fetchLog);
      case LogSuffix suffix -> out.message(21, suffix, PaxosCodec::logSuffix);
      case Behind behind -> out.message(22, behind, PaxosCodec::behind);
      case Rejected rejected -> out.message(23, rejected, PaxosCodec::rejected);
      case SnapshotOffer offer -> out.message(24, offer, PaxosCodec::snapshotOffer);
      case SnapshotFetch fetch -> out.message(25, fetch, PaxosCodec::snapshotFetch);
      case SnapshotChunk chunk -> out.message(26, chunk, PaxosCodec::snapshotChunk);
      case TakeOver takeOver -> out.message(27, takeOver, PaxosCodec::takeOver);
      case TransferLeader transfer -> out.message(28, transfer, PaxosCodec::transferLeader);
      case RepairFetch fetch -> out.message(29, fetch, PaxosCodec::repairFetch);
      case RepairRow row -> out.message(30, row, PaxosCodec::repairRow);
    }
  }

  static PaxosMessage read(WireReader in) throws BadMessage {
    return switch (in.field()) {
      case 1 -> in.message(1, PaxosCodec::accept);
      case 2 -> in.message(2, PaxosCodec::accepted);
      case 16 -> in.message(16, PaxosCodec::preVote);
      case 17 -> in.message(17, PaxosCodec::preVoteReply);
      case 18 -> in.message(18, PaxosCodec::prepare);
      case 19 -> in.message(19, PaxosCodec::promise);
      case 20 -> in.message(20, PaxosCodec::fetchLog);
      case 21 -> in.message(21, PaxosCodec::logSuffix);
      case 22 -> in.message(22, PaxosCodec::behind);
      case 23 -> in.message(23, PaxosCodec::rejected);
      case 24 -> in.message(24, PaxosCodec::snapshotOffer);
      case 25 -> in.message(25, PaxosCodec::snapshotFetch);
      case 26 -> in.message(26, PaxosCodec::snapshotChunk);
      case 27 -> in.message(27, PaxosCodec::takeOver);
      case 28 -> in.message(28, PaxosCodec::transferLeader);
      case 29 -> in.message(29, PaxosCodec::repairFetch);
      case 30 -> in.message(30, PaxosCodec::repairRow);
      default -> throw unknownCase(in);
    };
  }

  private static void accept(WireWriter out, Accept accept) {
    shard(out, 1, accept.shard());
    out.message(2, accept.ballot(), RecordCodec::ballot);
    out.number(3, accept.barrierSlot());
    out.number(4, accept.slotPrev());
    out.message(5, accept.originPrev(), RecordCodec::ballot);
    RecordCodec.entries(out, 6, accept.entries());
    out.number(7, accept.slotLast());
    out.number(8, accept.chosenThrough());
    out.number(9, accept.probe());
  }

  private static Accept accept(WireReader in) throws BadMessage {
    return new Accept(
        shard(in, 1),
        in.message(2, RecordCodec::ballot),
        in.natural(3),
        in.natural(4),
        in.message(5, RecordCodec::ballot),
        in.list(6, RecordCodec::entry),
        in.natural(7),
        in.natural(8),
        in.number(9));
  }

  private static void accepted(WireWriter out, Accepted accepted) {
    shard(out, 1, accepted.shard());
    out.message(2, accepted.ballot(), RecordCodec::ballot);
    out.number(3, accepted.slotLast());
    out.number(4, accepted.probe());
  }

  private static Accepted accepted(WireReader in) throws BadMessage {
    return new Accepted(
        shard(in, 1), in.message(2, RecordCodec::ballot), in.natural(3), in.number(4));
  }

  private static void preVote(WireWriter out, PreVote preVote) {
    shard(out, 1, preVote.shard());
    out.message(2, preVote.ballot(), RecordCodec::ballot);
  }

  private static PreVote preVote(WireReader in) throws BadMessage {
    return new PreVote(shard(in, 1), in.message(2, RecordCodec::ballot));
  }

  private static void preVoteReply(WireWriter out, PreVoteReply reply) {
    shard(out, 1, reply.shard());
    out.message(2, reply.ballot(), RecordCodec::ballot);
    out.flag(3, reply.granted());
    out.message(4, reply.promised(), RecordCodec::ballot);
  }

  private static PreVoteReply preVoteReply(WireReader in) throws BadMessage {
    return new PreVoteReply(
        shard(in, 1),
        in.message(2, RecordCodec::ballot),
        in.flag(3),
        in.message(4, RecordCodec::ballot));
  }

  private static void prepare(WireWriter out, Prepare prepare) {
    shard(out, 1, prepare.shard());
    out.message(2, prepare.ballot(), RecordCodec::ballot);
  }

  private static Prepare prepare(WireReader in) throws BadMessage {
    return new Prepare(shard(in, 1), in.message(2, RecordCodec::ballot));
  }

  private static void promise(WireWriter out, Promise promise) {
    shard(out, 1, promise.shard());
    out.message(2, promise.ballot(), RecordCodec::ballot);
    out.message(3, promise.logBallot(), RecordCodec::ballot);
    out.number(4, promise.slotLast());
    out.number(5, promise.slotFirst());
    out.number(6, promise.chosenThrough());
    out.list(7, promise.tentatives(), RecordCodec::tentative);
  }

  private static Promise promise(WireReader in) throws BadMessage {
    return new Promise(
        shard(in, 1),
        in.message(2, RecordCodec::ballot),
        in.message(3, RecordCodec::ballot),
        in.natural(4),
        in.natural(5),
        in.natural(6),
        in.list(7, RecordCodec::tentative));
  }

  private static void fetchLog(WireWriter out, FetchLog fetch) {
    shard(out, 1, fetch.shard());
    out.message(2, fetch.ballot(), RecordCodec::ballot);
    out.number(3, fetch.slotFrom());
  }

  private static FetchLog fetchLog(WireReader in) throws BadMessage {
    return new FetchLog(shard(in, 1), in.message(2, RecordCodec::ballot), in.natural(3));
  }

  private static void logSuffix(WireWriter out, LogSuffix suffix) {
    shard(out, 1, suffix.shard());
    out.message(2, suffix.ballot(), RecordCodec::ballot);
    out.message(3, suffix.logBallot(), RecordCodec::ballot);
    out.number(4, suffix.slotPrev());
    out.message(5, suffix.originPrev(), RecordCodec::ballot);
    RecordCodec.entries(out, 6, suffix.entries());
    out.number(7, suffix.slotLast());
  }

  private static LogSuffix logSuffix(WireReader in) throws BadMessage {
    return new LogSuffix(
        shard(in, 1),
        in.message(2, RecordCodec::ballot),
        in.message(3, RecordCodec::ballot),
        in.natural(4),
        in.message(5, RecordCodec::ballot),
        in.list(6, RecordCodec::entry),
        in.natural(7));
  }

  private static void behind(WireWriter out, Behind behind) {
    shard(out, 1, behind.shard());
    out.message(2, behind.ballot(), RecordCodec::ballot);
    out.number(3, behind.slotWanted());
    out.number(4, behind.probe());
  }

  private static Behind behind(WireReader in) throws BadMessage {
    return new Behind(
        shard(in, 1), in.message(2, RecordCodec::ballot), in.natural(3), in.number(4));
  }

  private static void rejected(WireWriter out, Rejected rejected) {
    shard(out, 1, rejected.shard());
    out.message(2, rejected.promised(), RecordCodec::ballot);
  }

  private static Rejected rejected(WireReader in) throws BadMessage {
    return new Rejected(shard(in, 1), in.message(2, RecordCodec::ballot));
  }

  private static void snapshotOffer(WireWriter out, SnapshotOffer offer) {
    shard(out, 1, offer.shard());
    out.message(2, offer.ballot(), RecordCodec::ballot);
    out.message(3, offer.tables(), RecordCodec::tables);
  }

  private static SnapshotOffer snapshotOffer(WireReader in) throws BadMessage {
    return new SnapshotOffer(
        shard(in, 1), in.message(2, RecordCodec::ballot), in.message(3, RecordCodec::tables));
  }

  private static void snapshotFetch(WireWriter out, SnapshotFetch fetch) {
    shard(out, 1, fetch.shard());
    out.message(2, fetch.ballot(), RecordCodec::ballot);
    out.number(3, fetch.slot());
    out.message(4, fetch.after(), PaxosCodec::cursor);
  }

  private static SnapshotFetch snapshotFetch(WireReader in) throws BadMessage {
    return new SnapshotFetch(
        shard(in, 1),
        in.message(2, RecordCodec::ballot),
        in.natural(3),
        in.message(4, PaxosCodec::cursor));
  }

  private static void snapshotChunk(WireWriter out, SnapshotChunk chunk) {
    shard(out, 1, chunk.shard());
    out.message(2, chunk.ballot(), RecordCodec::ballot);
    out.number(3, chunk.slot());
    out.message(4, chunk.after(), PaxosCodec::cursor);
    out.number(5, chunk.sentAtSlot());
    out.list(6, chunk.rows(), RecordCodec::row);
    out.list(7, chunk.outcomes(), RecordCodec::txnRecord);
    out.optional(8, chunk.next(), PaxosCodec::cursor);
  }

  private static SnapshotChunk snapshotChunk(WireReader in) throws BadMessage {
    return new SnapshotChunk(
        shard(in, 1),
        in.message(2, RecordCodec::ballot),
        in.natural(3),
        in.message(4, PaxosCodec::cursor),
        in.natural(5),
        in.list(6, RecordCodec::row),
        in.list(7, RecordCodec::txnRecord),
        in.optional(8, PaxosCodec::cursor));
  }

  private static void cursor(WireWriter out, Cursor cursor) {
    switch (cursor) {
      case Cursor.Keys keys -> out.bytesAlways(1, keys.from().unsafeBytes());
      case Cursor.Outcomes outcomes -> out.message(2, outcomes.after(), ModelCodec::txnId);
    }
  }

  private static Cursor cursor(WireReader in) throws BadMessage {
    return switch (in.field()) {
      case 1 -> new Cursor.Keys(ModelCodec.key(in, 1));
      case 2 -> new Cursor.Outcomes(in.message(2, ModelCodec::txnId));
      default -> throw unknownCase(in);
    };
  }

  private static void takeOver(WireWriter out, TakeOver takeOver) {
    shard(out, 1, takeOver.shard());
    out.message(2, takeOver.ballot(), RecordCodec::ballot);
  }

  private static TakeOver takeOver(WireReader in) throws BadMessage {
    return new TakeOver(shard(in, 1), in.message(2, RecordCodec::ballot));
  }

  private static void transferLeader(WireWriter out, TransferLeader transfer) {
    shard(out, 1, transfer.shard());
    node(out, 2, transfer.to());
  }

  private static TransferLeader transferLeader(WireReader in) throws BadMessage {
    return new TransferLeader(shard(in, 1), node(in, 2));
  }

  private static void repairFetch(WireWriter out, RepairFetch fetch) {
    shard(out, 1, fetch.shard());
    out.bytes(2, fetch.key().unsafeBytes());
  }

  private static RepairFetch repairFetch(WireReader in) throws BadMessage {
    return new RepairFetch(shard(in, 1), ModelCodec.key(in, 2));
  }

  private static void repairRow(WireWriter out, RepairRow row) {
    shard(out, 1, row.shard());
    out.number(2, row.slot());
    out.message(3, row.row(), RecordCodec::row);
    ModelCodec.ts(out, 4, row.horizon());
  }

  private static RepairRow repairRow(WireReader in) throws BadMessage {
    ShardId shard = shard(in, 1);
    long slot = in.natural(2);
    SnapshotRow row = in.message(3, RecordCodec::row);
    return new RepairRow(shard, slot, row, ModelCodec.ts(in, 4));
  }
}
