package meridian.codec;

import static meridian.wire.ModelCodec.shard;
import static meridian.wire.ModelCodec.shards;
import static meridian.wire.ModelCodec.ts;
import static meridian.wire.ModelCodec.unknownCase;

import java.util.List;
import meridian.model.ShardId;
import meridian.model.TxnId;
import meridian.participant.ParticipantMessage;
import meridian.participant.ParticipantMessage.Decided;
import meridian.participant.ParticipantMessage.MapRequest;
import meridian.participant.ParticipantMessage.PrepareTxn;
import meridian.participant.ParticipantMessage.QueryOrFence;
import meridian.participant.ParticipantMessage.ReadRequest;
import meridian.participant.ParticipantMessage.Resolved;
import meridian.participant.ParticipantMessage.StatusReport;
import meridian.participant.TxnStatus;
import meridian.wire.BadMessage;
import meridian.wire.ModelCodec;
import meridian.wire.WireReader;
import meridian.wire.WireWriter;

/// What is asked of a shard as a participant, as cases of `NodeMessage`.
final class ParticipantCodec {
  private ParticipantCodec() {}

  static void write(WireWriter out, ParticipantMessage message) {
    switch (message) {
      case PrepareTxn prepare -> out.message(3, prepare, ParticipantCodec::prepareTxn);
      case Decided decided -> out.message(5, decided, ParticipantCodec::decided);
      case ReadRequest request -> out.message(6, request, ParticipantCodec::readRequest);
      case Resolved resolved -> out.message(8, resolved, ParticipantCodec::resolved);
      case QueryOrFence query -> out.message(40, query, ParticipantCodec::queryOrFence);
      case StatusReport report -> out.message(41, report, ParticipantCodec::statusReport);
      case MapRequest request -> out.message(42, request, ParticipantCodec::mapRequest);
    }
  }

  static ParticipantMessage read(WireReader in) throws BadMessage {
    return switch (in.field()) {
      case 3 -> in.message(3, ParticipantCodec::prepareTxn);
      case 5 -> in.message(5, ParticipantCodec::decided);
      case 6 -> in.message(6, ParticipantCodec::readRequest);
      case 8 -> in.message(8, ParticipantCodec::resolved);
      case 40 -> in.message(40, ParticipantCodec::queryOrFence);
      case 41 -> in.message(41, ParticipantCodec::statusReport);
      case 42 -> in.message(42, ParticipantCodec::mapRequest);
      default -> throw unknownCase(in);
    };
  }

  private static void prepareTxn(WireWriter out, PrepareTxn prepare) {
    out.message(1, prepare.part(), ModelCodec::part);
    out.flag(2, prepare.fast());
  }

  private static PrepareTxn prepareTxn(WireReader in) throws BadMessage {
    return new PrepareTxn(in.message(1, ModelCodec::part), in.flag(2));
  }

  private static void decided(WireWriter out, Decided decided) {
    shard(out, 1, decided.shard());
    out.message(2, decided.txn(), ModelCodec::txnId);
    out.message(3, decided.decision(), RecordCodec::decision);
    out.flag(4, decided.fast());
  }

  private static Decided decided(WireReader in) throws BadMessage {
    return new Decided(
        shard(in, 1),
        in.message(2, ModelCodec::txnId),
        in.message(3, RecordCodec::decision),
        in.flag(4));
  }

  private static void readRequest(WireWriter out, ReadRequest request) {
    shard(out, 1, request.shard());
    out.number(2, request.generation());
    out.number(3, request.id());
    out.list(4, request.ranges(), ModelCodec::readRange);
    ModelCodec.mode(out, 5, request.mode());
    ts(out, 6, request.at());
  }

  private static ReadRequest readRequest(WireReader in) throws BadMessage {
    return new ReadRequest(
        shard(in, 1),
        in.smallNatural(2),
        in.number(3),
        in.list(4, ModelCodec::readRange),
        ModelCodec.mode(in, 5),
        ts(in, 6));
  }

  private static void resolved(WireWriter out, Resolved resolved) {
    shard(out, 1, resolved.shard());
    shard(out, 2, resolved.from());
    ts(out, 3, resolved.through());
  }

  private static Resolved resolved(WireReader in) throws BadMessage {
    return new Resolved(shard(in, 1), shard(in, 2), ts(in, 3));
  }

  private static void queryOrFence(WireWriter out, QueryOrFence query) {
    shard(out, 1, query.shard());
    out.message(2, query.txn(), ModelCodec::txnId);
    shards(out, 3, query.participants());
    out.signed(4, query.asker().number());
  }

  private static QueryOrFence queryOrFence(WireReader in) throws BadMessage {
    ShardId shard = shard(in, 1);
    TxnId txn = in.message(2, ModelCodec::txnId);
    List<ShardId> participants = shards(in, 3);
    long asker = in.signed(4);
    if (asker < -1 || asker > Integer.MAX_VALUE) {
      throw new BadMessage("no shard's number: " + asker).inField(4);
    }
    return new QueryOrFence(shard, txn, participants, new ShardId((int) asker));
  }

  private static void statusReport(WireWriter out, StatusReport report) {
    shard(out, 1, report.shard());
    shard(out, 2, report.from());
    out.message(3, report.txn(), ModelCodec::txnId);
    out.message(4, report.status(), ParticipantCodec::status);
  }

  private static StatusReport statusReport(WireReader in) throws BadMessage {
    return new StatusReport(
        shard(in, 1),
        shard(in, 2),
        in.message(3, ModelCodec::txnId),
        in.message(4, ParticipantCodec::status));
  }

  static void status(WireWriter out, TxnStatus status) {
    switch (status) {
      case TxnStatus.Prepared prepared -> out.fixedAlways(1, prepared.ts().packed());
      case TxnStatus.Settled settled -> out.message(2, settled.decision(), RecordCodec::decision);
      case TxnStatus.Forgotten forgotten -> out.flag(3, true);
    }
  }

  static TxnStatus status(WireReader in) throws BadMessage {
    return switch (in.field()) {
      case 1 -> new TxnStatus.Prepared(ts(in, 1));
      case 2 -> new TxnStatus.Settled(in.message(2, RecordCodec::decision));
      case 3 -> ModelCodec.present(in, 3, new TxnStatus.Forgotten());
      default -> throw unknownCase(in);
    };
  }

  private static void mapRequest(WireWriter out, MapRequest request) {
    shard(out, 1, request.shard());
    out.number(2, request.id());
  }

  private static MapRequest mapRequest(WireReader in) throws BadMessage {
    return new MapRequest(shard(in, 1), in.number(2));
  }
}
