package meridian.codec;

import static meridian.wire.ModelCodec.nodes;
import static meridian.wire.ModelCodec.shard;
import static meridian.wire.ModelCodec.ts;
import static meridian.wire.ModelCodec.unknownCase;

import java.util.List;
import meridian.model.ShardId;
import meridian.model.TxnId;
import meridian.participant.CoordinatorMessage;
import meridian.participant.CoordinatorMessage.Busy;
import meridian.participant.CoordinatorMessage.Choice;
import meridian.participant.CoordinatorMessage.MapReply;
import meridian.participant.CoordinatorMessage.NotLeader;
import meridian.participant.CoordinatorMessage.ReadRefused;
import meridian.participant.CoordinatorMessage.ReadReply;
import meridian.participant.CoordinatorMessage.ReadTooOld;
import meridian.participant.CoordinatorMessage.Status;
import meridian.participant.CoordinatorMessage.Vote;
import meridian.participant.CoordinatorMessage.Voted;
import meridian.participant.CoordinatorMessage.WhatBecameOf;
import meridian.paxos.Ballot;
import meridian.wire.BadMessage;
import meridian.wire.ModelCodec;
import meridian.wire.WireReader;
import meridian.wire.WireWriter;

/// What the replicas of a shard tell a coordinator, as cases of `NodeMessage`.
final class CoordinatorCodec {
  private CoordinatorCodec() {}

  static void write(WireWriter out, CoordinatorMessage message) {
    switch (message) {
      case Voted voted -> out.message(4, voted, CoordinatorCodec::voted);
      case ReadReply reply -> out.message(7, reply, CoordinatorCodec::readReply);
      case Status status -> out.message(50, status, CoordinatorCodec::status);
      case WhatBecameOf question -> out.message(51, question, CoordinatorCodec::whatBecameOf);
      case NotLeader notLeader -> out.message(52, notLeader, CoordinatorCodec::notLeader);
      case Busy busy -> out.message(53, busy, CoordinatorCodec::busy);
      case ReadRefused refused -> out.message(54, refused, CoordinatorCodec::readRefused);
      case MapReply reply -> out.message(55, reply, CoordinatorCodec::mapReply);
      case ReadTooOld tooOld -> out.message(56, tooOld, CoordinatorCodec::readTooOld);
    }
  }

  static CoordinatorMessage read(WireReader in) throws BadMessage {
    return switch (in.field()) {
      case 4 -> in.message(4, CoordinatorCodec::voted);
      case 7 -> in.message(7, CoordinatorCodec::readReply);
      case 50 -> in.message(50, CoordinatorCodec::status);
      case 51 -> in.message(51, CoordinatorCodec::whatBecameOf);
      case 52 -> in.message(52, CoordinatorCodec::notLeader);
      case 53 -> in.message(53, CoordinatorCodec::busy);
      case 54 -> in.message(54, CoordinatorCodec::readRefused);
      case 55 -> in.message(55, CoordinatorCodec::mapReply);
      case 56 -> in.message(56, CoordinatorCodec::readTooOld);
      default -> throw unknownCase(in);
    };
  }

  private static void voted(WireWriter out, Voted voted) {
    shard(out, 1, voted.shard());
    out.message(2, voted.ballot(), RecordCodec::ballot);
    out.list(3, voted.votes(), CoordinatorCodec::vote);
    nodes(out, 4, voted.electorate().members());
  }

  private static Voted voted(WireReader in) throws BadMessage {
    ShardId shard = shard(in, 1);
    Ballot ballot = in.message(2, RecordCodec::ballot);
    List<Vote> votes = in.list(3, CoordinatorCodec::vote);
    return new Voted(shard, ballot, RecordCodec.electorate(in, 4), votes);
  }

  private static void vote(WireWriter out, Vote vote) {
    out.number(1, vote.slot());
    out.message(2, vote.txn(), ModelCodec::txnId);
    out.fixed(3, vote.hash());
    switch (vote.choice()) {
      case Choice.Yes yes -> out.fixedAlways(yes.fast() ? 7 : 4, yes.ts().packed());
      case Choice.Tentative tentative -> out.fixedAlways(8, tentative.ts().packed());
      case Choice.Done done -> out.fixedAlways(5, done.ts().packed());
      case Choice.No no -> out.message(6, no.reason(), ModelCodec::reason);
    }
  }

  private static Vote vote(WireReader in) throws BadMessage {
    long slot = in.natural(1);
    TxnId txn = in.message(2, ModelCodec::txnId);
    return new Vote(slot, txn, in.fixed(3), choice(in));
  }

  private static Choice choice(WireReader in) throws BadMessage {
    return switch (in.field()) {
      case 4 -> new Choice.Yes(ts(in, 4));
      case 5 -> new Choice.Done(ts(in, 5));
      case 6 -> new Choice.No(in.message(6, ModelCodec::reason));
      case 7 -> new Choice.Yes(ts(in, 7), true);
      case 8 -> new Choice.Tentative(ts(in, 8));
      default -> throw unknownCase(in);
    };
  }

  private static void readReply(WireWriter out, ReadReply reply) {
    shard(out, 1, reply.shard());
    out.number(2, reply.id());
    out.list(3, reply.pages(), ModelCodec::page);
    out.flag(4, reply.strong());
  }

  private static ReadReply readReply(WireReader in) throws BadMessage {
    return new ReadReply(shard(in, 1), in.number(2), in.list(3, ModelCodec::page), in.flag(4));
  }

  private static void status(WireWriter out, Status status) {
    shard(out, 1, status.shard());
    out.message(2, status.txn(), ModelCodec::txnId);
    out.message(3, status.status(), ParticipantCodec::status);
  }

  private static Status status(WireReader in) throws BadMessage {
    return new Status(
        shard(in, 1), in.message(2, ModelCodec::txnId), in.message(3, ParticipantCodec::status));
  }

  private static void whatBecameOf(WireWriter out, WhatBecameOf question) {
    shard(out, 1, question.shard());
    out.message(2, question.txn(), ModelCodec::txnId);
  }

  private static WhatBecameOf whatBecameOf(WireReader in) throws BadMessage {
    return new WhatBecameOf(shard(in, 1), in.message(2, ModelCodec::txnId));
  }

  private static void notLeader(WireWriter out, NotLeader notLeader) {
    shard(out, 1, notLeader.shard());
    out.message(2, notLeader.ballot(), RecordCodec::ballot);
    out.optional(3, notLeader.txn(), ModelCodec::txnId);
    out.number(4, notLeader.readId());
  }

  private static NotLeader notLeader(WireReader in) throws BadMessage {
    return new NotLeader(
        shard(in, 1),
        in.message(2, RecordCodec::ballot),
        in.optional(3, ModelCodec::txnId),
        in.number(4));
  }

  private static void busy(WireWriter out, Busy busy) {
    shard(out, 1, busy.shard());
    out.message(2, busy.txn(), ModelCodec::txnId);
    out.number(3, busy.retryAfterMicros());
    out.text(4, busy.why());
  }

  private static Busy busy(WireReader in) throws BadMessage {
    return new Busy(shard(in, 1), in.message(2, ModelCodec::txnId), in.number(3), in.text(4));
  }

  private static void readRefused(WireWriter out, ReadRefused refused) {
    shard(out, 1, refused.shard());
    out.number(2, refused.id());
    out.text(3, refused.why());
  }

  private static ReadRefused readRefused(WireReader in) throws BadMessage {
    return new ReadRefused(shard(in, 1), in.number(2), in.text(3));
  }

  private static void readTooOld(WireWriter out, ReadTooOld tooOld) {
    shard(out, 1, tooOld.shard());
    out.number(2, tooOld.id());
    ts(out, 3, tooOld.horizon());
  }

  private static ReadTooOld readTooOld(WireReader in) throws BadMessage {
    return new ReadTooOld(shard(in, 1), in.number(2), ts(in, 3));
  }

  private static void mapReply(WireWriter out, MapReply reply) {
    shard(out, 1, reply.shard());
    out.number(2, reply.id());
    out.message(3, reply.map(), ModelCodec::shardMap);
  }

  private static MapReply mapReply(WireReader in) throws BadMessage {
    return new MapReply(shard(in, 1), in.number(2), in.message(3, ModelCodec::shardMap));
  }
}
