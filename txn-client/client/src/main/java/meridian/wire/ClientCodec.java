package meridian.wire;

import meridian.model.RegionId;
import meridian.txn.ClientMessage;
import meridian.txn.ClientMessage.Code;
import meridian.txn.ClientMessage.Commit;
import meridian.txn.ClientMessage.Ended;
import meridian.txn.ClientMessage.Hello;
import meridian.txn.ClientMessage.RangeResult;
import meridian.txn.ClientMessage.Read;
import meridian.txn.ClientMessage.ReadDone;
import meridian.txn.ClientMessage.Refused;
import meridian.txn.ClientMessage.Resolve;
import meridian.txn.ClientMessage.ShardRead;
import meridian.txn.ClientMessage.Welcome;

/// The messages of `client.proto`.
public final class ClientCodec {
  private static final Code[] CODES = Code.values();

  private ClientCodec() {}

  public static byte[] encode(ClientMessage message) {
    WireWriter out = new WireWriter();
    write(out, message);
    return out.toByteArray();
  }

  public static ClientMessage decode(byte[] bytes) throws BadMessage {
    return WireReader.readAll(bytes, ClientCodec::read);
  }

  /// Writes the fields of a `ClientMessage`.
  public static void write(WireWriter out, ClientMessage message) {
    switch (message) {
      case Hello hello -> out.message(1, hello, ClientCodec::hello);
      case Read read -> out.message(2, read, ClientCodec::readRequest);
      case Commit commit -> out.message(3, commit, ClientCodec::commit);
      case Resolve resolve -> out.message(4, resolve, ClientCodec::resolve);
      case Welcome welcome -> out.message(5, welcome, ClientCodec::welcome);
      case ReadDone done -> out.message(6, done, ClientCodec::readDone);
      case Ended ended -> out.message(7, ended, ClientCodec::ended);
      case Refused refused -> out.message(8, refused, ClientCodec::refused);
    }
  }

  /// Reads the fields of a `ClientMessage`.
  public static ClientMessage read(WireReader in) throws BadMessage {
    return switch (in.field()) {
      case 1 -> in.message(1, ClientCodec::hello);
      case 2 -> in.message(2, ClientCodec::readRequest);
      case 3 -> in.message(3, ClientCodec::commit);
      case 4 -> in.message(4, ClientCodec::resolve);
      case 5 -> in.message(5, ClientCodec::welcome);
      case 6 -> in.message(6, ClientCodec::readDone);
      case 7 -> in.message(7, ClientCodec::ended);
      case 8 -> in.message(8, ClientCodec::refused);
      default -> throw ModelCodec.unknownCase(in);
    };
  }

  private static void hello(WireWriter out, Hello hello) {
    out.number(1, hello.id());
  }

  private static Hello hello(WireReader in) throws BadMessage {
    return new Hello(in.number(1));
  }

  private static void readRequest(WireWriter out, Read read) {
    out.number(1, read.id());
    out.list(2, read.ranges(), ModelCodec::readRange);
    ModelCodec.mode(out, 3, read.mode());
    out.number(4, read.timeoutMicros());
    ModelCodec.ts(out, 5, read.at());
  }

  private static Read readRequest(WireReader in) throws BadMessage {
    return new Read(
        in.number(1),
        in.list(2, ModelCodec::readRange),
        ModelCodec.mode(in, 3),
        in.number(4),
        ModelCodec.ts(in, 5));
  }

  private static void commit(WireWriter out, Commit commit) {
    out.number(1, commit.id());
    out.message(2, commit.txn(), ModelCodec::txnId);
    out.list(3, commit.reads(), ClientCodec::shardRead);
    out.list(4, commit.writes(), ModelCodec::write);
    ModelCodec.ts(out, 5, commit.after());
    out.number(6, commit.timeoutMicros());
    ModelCodec.isolation(out, 7, commit.isolation());
    ModelCodec.ts(out, 8, commit.snapshot());
  }

  private static Commit commit(WireReader in) throws BadMessage {
    return new Commit(
        in.number(1),
        in.message(2, ModelCodec::txnId),
        in.list(3, ClientCodec::shardRead),
        in.list(4, ModelCodec::write),
        ModelCodec.ts(in, 5),
        in.number(6),
        ModelCodec.isolation(in, 7),
        ModelCodec.ts(in, 8));
  }

  private static void shardRead(WireWriter out, ShardRead read) {
    ModelCodec.shard(out, 1, read.shard());
    out.number(2, read.generation());
    out.message(3, read.observed(), ModelCodec::observed);
  }

  private static ShardRead shardRead(WireReader in) throws BadMessage {
    return new ShardRead(
        ModelCodec.shard(in, 1), in.smallNatural(2), in.message(3, ModelCodec::observed));
  }

  private static void resolve(WireWriter out, Resolve resolve) {
    out.number(1, resolve.id());
    out.message(2, resolve.token(), ModelCodec::token);
    out.number(3, resolve.timeoutMicros());
  }

  private static Resolve resolve(WireReader in) throws BadMessage {
    return new Resolve(in.number(1), in.message(2, ModelCodec::token), in.number(3));
  }

  private static void welcome(WireWriter out, Welcome welcome) {
    out.number(1, welcome.id());
    ModelCodec.ts(out, 2, welcome.clock());
    out.text(3, welcome.region().name());
    out.number(4, welcome.mapEpoch());
  }

  private static Welcome welcome(WireReader in) throws BadMessage {
    return new Welcome(in.number(1), ModelCodec.ts(in, 2), new RegionId(in.text(3)), in.natural(4));
  }

  private static void readDone(WireWriter out, ReadDone done) {
    out.number(1, done.id());
    out.list(2, done.results(), ClientCodec::rangeResult);
    out.flag(3, done.strong());
    ModelCodec.ts(out, 4, done.clock());
  }

  private static ReadDone readDone(WireReader in) throws BadMessage {
    return new ReadDone(
        in.number(1), in.list(2, ClientCodec::rangeResult), in.flag(3), ModelCodec.ts(in, 4));
  }

  private static void rangeResult(WireWriter out, RangeResult result) {
    out.list(1, result.pages(), ModelCodec::page);
    out.optional(2, result.rest(), ModelCodec::range);
  }

  private static RangeResult rangeResult(WireReader in) throws BadMessage {
    return new RangeResult(in.list(1, ModelCodec::page), in.optional(2, ModelCodec::range));
  }

  private static void ended(WireWriter out, Ended ended) {
    out.number(1, ended.id());
    out.message(2, ended.txn(), ModelCodec::txnId);
    out.message(3, ended.outcome(), ModelCodec::outcome);
    ModelCodec.shards(out, 4, ended.participants());
    ModelCodec.ts(out, 5, ended.clock());
  }

  private static Ended ended(WireReader in) throws BadMessage {
    return new Ended(
        in.number(1),
        in.message(2, ModelCodec::txnId),
        in.message(3, ModelCodec::outcome),
        ModelCodec.shards(in, 4),
        ModelCodec.ts(in, 5));
  }

  private static void refused(WireWriter out, Refused refused) {
    out.number(1, refused.id());
    out.choice(2, refused.code());
    out.text(3, refused.message());
    out.number(4, refused.retryAfterMicros());
    ModelCodec.ts(out, 5, refused.clock());
  }

  private static Refused refused(WireReader in) throws BadMessage {
    return new Refused(
        in.number(1), in.choice(2, CODES), in.text(3), in.number(4), ModelCodec.ts(in, 5));
  }
}
