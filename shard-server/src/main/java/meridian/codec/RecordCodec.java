package meridian.codec;

import static meridian.wire.ModelCodec.node;
import static meridian.wire.ModelCodec.nodes;
import static meridian.wire.ModelCodec.shard;
import static meridian.wire.ModelCodec.shards;
import static meridian.wire.ModelCodec.ts;
import static meridian.wire.ModelCodec.unknownCase;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.paxos.Ballot;
import meridian.paxos.Command;
import meridian.paxos.Decision;
import meridian.paxos.Electorate;
import meridian.paxos.LogEntry;
import meridian.paxos.Tentative;
import meridian.storage.SnapshotRow;
import meridian.storage.Tables;
import meridian.storage.TxnRecord;
import meridian.storage.Version;
import meridian.wire.BadMessage;
import meridian.wire.ModelCodec;
import meridian.wire.WireReader;
import meridian.wire.WireWriter;

/// The records of `record.proto`, for stores and for the messages that carry them. Any thread may
/// call.
public final class RecordCodec {
  private static final EncodedEntries ENTRIES = new EncodedEntries();

  /// One a thread: records are small and many, and no record is encoded while another is.
  private static final ThreadLocal<WireWriter> WRITERS = ThreadLocal.withInitial(WireWriter::new);

  private RecordCodec() {}

  /// The bytes of an entry, which may be shared: they must not be changed.
  public static byte[] encode(LogEntry entry) {
    byte[] known = ENTRIES.find(entry);
    if (known != null) {
      return known;
    }
    byte[] bytes = encode(entry, RecordCodec::entryFields);
    ENTRIES.remember(entry, bytes);
    return bytes;
  }

  public static LogEntry decodeEntry(byte[] bytes) throws BadMessage {
    return WireReader.readAll(bytes, RecordCodec::entryFields);
  }

  public static byte[] encode(Tentative tentative) {
    return encode(tentative, RecordCodec::tentative);
  }

  public static Tentative decodeTentative(byte[] bytes) throws BadMessage {
    return WireReader.readAll(bytes, RecordCodec::tentative);
  }

  public static byte[] encode(Tables tables) {
    return encode(tables, RecordCodec::tables);
  }

  public static Tables decodeTables(byte[] bytes) throws BadMessage {
    return WireReader.readAll(bytes, RecordCodec::tables);
  }

  public static byte[] encode(TxnRecord txnRecord) {
    return encode(txnRecord, RecordCodec::txnRecord);
  }

  public static TxnRecord decodeTxnRecord(byte[] bytes) throws BadMessage {
    return WireReader.readAll(bytes, RecordCodec::txnRecord);
  }

  public static byte[] encode(Version version) {
    return encode(version, RecordCodec::version);
  }

  public static Version decodeVersion(byte[] bytes) throws BadMessage {
    return WireReader.readAll(bytes, RecordCodec::version);
  }

  private static <T> byte[] encode(T thing, WireWriter.Body<T> body) {
    WireWriter out = WRITERS.get();
    out.reset();
    body.write(out, thing);
    return out.toByteArray();
  }

  static void entries(WireWriter out, int field, List<LogEntry> entries) {
    for (LogEntry entry : entries) {
      out.bytesAlways(field, encode(entry));
    }
  }

  /// An entry within a message; most are about to be stored, and then their bytes are at hand.
  static LogEntry entry(WireReader in) throws BadMessage {
    byte[] bytes = in.rest();
    LogEntry entry = entryFields(in);
    ENTRIES.remember(entry, bytes);
    return entry;
  }

  static void ballot(WireWriter out, Ballot ballot) {
    out.number(1, ballot.round());
    node(out, 2, ballot.leader());
  }

  static Ballot ballot(WireReader in) throws BadMessage {
    return new Ballot(in.natural(1), node(in, 2));
  }

  static void tentative(WireWriter out, Tentative tentative) {
    out.message(1, tentative.tag(), RecordCodec::ballot);
    out.message(2, tentative.part(), ModelCodec::part);
  }

  static Tentative tentative(WireReader in) throws BadMessage {
    return new Tentative(in.message(1, RecordCodec::ballot), in.message(2, ModelCodec::part));
  }

  static Electorate electorate(WireReader in, int field) throws BadMessage {
    return new Electorate(nodes(in, field));
  }

  private static void entryFields(WireWriter out, LogEntry entry) {
    out.number(1, entry.slot());
    out.message(2, entry.origin(), RecordCodec::ballot);
    out.message(3, entry.command(), RecordCodec::command);
  }

  private static LogEntry entryFields(WireReader in) throws BadMessage {
    return new LogEntry(
        in.natural(1), in.message(2, RecordCodec::ballot), in.message(3, RecordCodec::command));
  }

  private static void command(WireWriter out, Command command) {
    switch (command) {
      case Command.Barrier barrier -> out.message(1, barrier, RecordCodec::barrier);
      case Command.Prepare prepare -> out.message(2, prepare, RecordCodec::prepare);
      case Command.Fence fence -> out.message(3, fence, RecordCodec::fence);
      case Command.Decide decide -> out.message(4, decide, RecordCodec::decide);
      case Command.OnePhase onePhase -> out.message(5, onePhase, RecordCodec::onePhase);
      case Command.TsLimit limit -> out.fixedAlways(6, limit.limit().packed());
      case Command.Collect collect -> out.message(7, collect, RecordCodec::collect);
    }
  }

  private static Command command(WireReader in) throws BadMessage {
    return switch (in.field()) {
      case 1 -> in.message(1, RecordCodec::barrier);
      case 2 -> in.message(2, RecordCodec::prepare);
      case 3 -> in.message(3, RecordCodec::fence);
      case 4 -> in.message(4, RecordCodec::decide);
      case 5 -> in.message(5, RecordCodec::onePhase);
      case 6 -> new Command.TsLimit(ts(in, 6));
      case 7 -> in.message(7, RecordCodec::collect);
      default -> throw unknownCase(in);
    };
  }

  private static void barrier(WireWriter out, Command.Barrier barrier) {
    out.message(1, barrier.ballot(), RecordCodec::ballot);
    nodes(out, 2, barrier.electorate().members());
    out.optional(3, barrier.map(), ModelCodec::shardMap);
  }

  private static Command.Barrier barrier(WireReader in) throws BadMessage {
    return new Command.Barrier(
        in.message(1, RecordCodec::ballot),
        electorate(in, 2),
        in.optional(3, ModelCodec::shardMap));
  }

  private static void prepare(WireWriter out, Command.Prepare prepare) {
    out.message(1, prepare.part(), ModelCodec::part);
    ts(out, 2, prepare.ts());
  }

  private static Command.Prepare prepare(WireReader in) throws BadMessage {
    return new Command.Prepare(in.message(1, ModelCodec::part), ts(in, 2));
  }

  private static void fence(WireWriter out, Command.Fence fence) {
    out.message(1, fence.txn(), ModelCodec::txnId);
    shards(out, 2, fence.participants());
    node(out, 3, fence.coordinator());
    out.message(4, fence.reason(), ModelCodec::reason);
  }

  private static Command.Fence fence(WireReader in) throws BadMessage {
    return new Command.Fence(
        in.message(1, ModelCodec::txnId),
        shards(in, 2),
        node(in, 3),
        in.message(4, ModelCodec::reason));
  }

  private static void decide(WireWriter out, Command.Decide decide) {
    out.message(1, decide.txn(), ModelCodec::txnId);
    out.message(2, decide.decision(), RecordCodec::decision);
  }

  private static Command.Decide decide(WireReader in) throws BadMessage {
    return new Command.Decide(
        in.message(1, ModelCodec::txnId), in.message(2, RecordCodec::decision));
  }

  private static void onePhase(WireWriter out, Command.OnePhase onePhase) {
    out.message(1, onePhase.part(), ModelCodec::part);
    ts(out, 2, onePhase.ts());
  }

  private static Command.OnePhase onePhase(WireReader in) throws BadMessage {
    return new Command.OnePhase(in.message(1, ModelCodec::part), ts(in, 2));
  }

  private static void collect(WireWriter out, Command.Collect collect) {
    ts(out, 1, collect.watermark());
    resolved(out, 2, collect.resolved());
    out.number(3, collect.horizonSlot());
    ts(out, 4, collect.horizon());
  }

  private static Command.Collect collect(WireReader in) throws BadMessage {
    return new Command.Collect(ts(in, 1), resolved(in, 2), in.natural(3), ts(in, 4));
  }

  private record ResolvedThrough(ShardId shard, Timestamp through) {}

  private static void resolved(WireWriter out, int field, SortedMap<ShardId, Timestamp> resolved) {
    for (var entry : resolved.entrySet()) {
      var one = new ResolvedThrough(entry.getKey(), entry.getValue());
      out.message(field, one, RecordCodec::resolvedThrough);
    }
  }

  private static SortedMap<ShardId, Timestamp> resolved(WireReader in, int field)
      throws BadMessage {
    SortedMap<ShardId, Timestamp> resolved = new TreeMap<>();
    for (ResolvedThrough one : in.list(field, RecordCodec::resolvedThrough)) {
      resolved.put(one.shard(), one.through());
    }
    return resolved;
  }

  private static void resolvedThrough(WireWriter out, ResolvedThrough one) {
    shard(out, 1, one.shard());
    ts(out, 2, one.through());
  }

  private static ResolvedThrough resolvedThrough(WireReader in) throws BadMessage {
    return new ResolvedThrough(shard(in, 1), ts(in, 2));
  }

  static void decision(WireWriter out, Decision decision) {
    switch (decision) {
      case Decision.Commit commit -> out.fixedAlways(1, commit.ts().packed());
      case Decision.Abort abort -> out.message(2, abort.reason(), ModelCodec::reason);
    }
  }

  static Decision decision(WireReader in) throws BadMessage {
    return switch (in.field()) {
      case 1 -> new Decision.Commit(ts(in, 1));
      case 2 -> new Decision.Abort(in.message(2, ModelCodec::reason));
      default -> throw unknownCase(in);
    };
  }

  static void txnRecord(WireWriter out, TxnRecord txnRecord) {
    out.message(1, txnRecord.txn(), ModelCodec::txnId);
    shards(out, 2, txnRecord.participants());
    out.message(3, txnRecord.decision(), RecordCodec::decision);
  }

  static TxnRecord txnRecord(WireReader in) throws BadMessage {
    var txn = in.message(1, ModelCodec::txnId);
    List<ShardId> participants = shards(in, 2);
    return new TxnRecord(txn, in.message(3, RecordCodec::decision), participants);
  }

  static void version(WireWriter out, Version version) {
    ts(out, 1, version.ts());
    out.number(2, version.slot());
    if (version.value().isPresent()) {
      out.bytesAlways(3, version.value().get().unsafeBytes());
    } else {
      out.flag(4, true);
    }
  }

  static Version version(WireReader in) throws BadMessage {
    Timestamp ts = ts(in, 1);
    long slot = in.natural(2);
    return switch (in.field()) {
      case 3 -> new Version(ts, slot, Optional.of(ModelCodec.value(in, 3)));
      case 4 -> ModelCodec.present(in, 4, new Version(ts, slot, Optional.empty()));
      default -> throw unknownCase(in);
    };
  }

  static void row(WireWriter out, SnapshotRow row) {
    out.bytes(1, row.key().unsafeBytes());
    out.list(2, row.versions(), RecordCodec::version);
  }

  static SnapshotRow row(WireReader in) throws BadMessage {
    return new SnapshotRow(ModelCodec.key(in, 1), in.list(2, RecordCodec::version));
  }

  static void tables(WireWriter out, Tables tables) {
    out.number(1, tables.slot());
    out.message(2, tables.barrier(), RecordCodec::ballot);
    nodes(out, 3, tables.electorate().members());
    out.list(4, tables.prepared(), RecordCodec::prepared);
    out.list(5, tables.floors(), RecordCodec::floor);
    ts(out, 6, tables.tsLimit());
    ts(out, 7, tables.ctsMax());
    ts(out, 8, tables.watermark());
    resolved(out, 9, tables.resolved());
    out.number(10, tables.horizonSlot());
    out.number(11, tables.wholeFromSlot());
    out.optional(12, tables.map(), ModelCodec::shardMap);
    ts(out, 13, tables.horizon());
    out.message(14, tables.origin(), RecordCodec::ballot);
  }

  static Tables tables(WireReader in) throws BadMessage {
    long slot = in.natural(1);
    Ballot barrier = in.message(2, RecordCodec::ballot);
    var electorate = electorate(in, 3);
    var prepared = in.list(4, RecordCodec::prepared);
    var floors = in.list(5, RecordCodec::floor);
    Timestamp tsLimit = ts(in, 6);
    Timestamp ctsMax = ts(in, 7);
    Timestamp watermark = ts(in, 8);
    var resolved = resolved(in, 9);
    long horizonSlot = in.natural(10);
    long wholeFromSlot = in.natural(11);
    var map = in.optional(12, ModelCodec::shardMap);
    Timestamp horizon = ts(in, 13);
    Ballot origin = in.message(14, RecordCodec::ballot);
    return new Tables(
        slot,
        origin,
        barrier,
        electorate,
        prepared,
        floors,
        tsLimit,
        ctsMax,
        watermark,
        resolved,
        horizonSlot,
        horizon,
        wholeFromSlot,
        map);
  }

  private static void prepared(WireWriter out, Tables.Prepared prepared) {
    out.number(1, prepared.slot());
    out.message(2, prepared.part(), ModelCodec::part);
    ts(out, 3, prepared.ts());
  }

  private static Tables.Prepared prepared(WireReader in) throws BadMessage {
    return new Tables.Prepared(in.natural(1), in.message(2, ModelCodec::part), ts(in, 3));
  }

  private static void floor(WireWriter out, Tables.Floor floor) {
    out.message(1, floor.range(), ModelCodec::range);
    ts(out, 2, floor.ts());
  }

  private static Tables.Floor floor(WireReader in) throws BadMessage {
    return new Tables.Floor(in.message(1, ModelCodec::range), ts(in, 2));
  }
}
