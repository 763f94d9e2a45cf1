package meridian.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.model.AbortReason;
import meridian.model.Isolation;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Limits;
import meridian.model.NodeId;
import meridian.model.Observed;
import meridian.model.Outcome;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.model.TxnId;
import meridian.model.TxnPart;
import meridian.model.Value;
import meridian.model.Write;
import meridian.txn.Reading;

/// The words of `model.proto`: for each a method that writes its fields and one that reads them.
/// Also the few that are plain values there: keys, timestamps, names of shards and nodes.
public final class ModelCodec {
  private static final AbortReason.Kind[] ABORT_KINDS = AbortReason.Kind.values();
  private static final Isolation[] ISOLATIONS = Isolation.values();
  private static final Reading.Mode[] READ_MODES = Reading.Mode.values();

  private ModelCodec() {}

  // Keys may be one byte longer than the limit: the end of a range that holds just the longest key.

  public static Key key(WireReader in, int field) throws BadMessage {
    return Key.wrap(in.bytes(field, Limits.KEY_BYTES_MAX + 1, "a key"));
  }

  public static Value value(WireReader in, int field) throws BadMessage {
    return Value.wrap(in.bytes(field, Limits.VALUE_BYTES_MAX, "a value"));
  }

  public static Timestamp ts(WireReader in, int field) throws BadMessage {
    long packed = in.fixed(field);
    if (packed < 0) {
      throw new BadMessage("a negative timestamp").inField(field);
    }
    return packed == 0 ? Timestamp.ZERO : new Timestamp(packed);
  }

  public static void ts(WireWriter out, int field, Timestamp ts) {
    out.fixed(field, ts.packed());
  }

  public static ShardId shard(WireReader in, int field) throws BadMessage {
    return new ShardId(in.smallNatural(field));
  }

  public static void shard(WireWriter out, int field, ShardId shard) {
    out.number(field, shard.number());
  }

  public static NodeId node(WireReader in, int field) throws BadMessage {
    return new NodeId(in.number(field));
  }

  public static void node(WireWriter out, int field, NodeId node) {
    out.number(field, node.number());
  }

  public static void shards(WireWriter out, int field, List<ShardId> shards) {
    if (!shards.isEmpty()) {
      int start = out.openPacked(field);
      shards.forEach(shard -> out.packed(shard.number()));
      out.close(start);
    }
  }

  public static List<ShardId> shards(WireReader in, int field) throws BadMessage {
    int end = in.openPacked(field);
    List<ShardId> shards = new ArrayList<>();
    while (in.morePacked()) {
      long number = in.packed(field);
      if (number < 0 || number > Integer.MAX_VALUE) {
        throw new BadMessage("no shard's number: " + number).inField(field);
      }
      shards.add(new ShardId((int) number));
    }
    in.closePacked(end);
    return shards;
  }

  public static void nodes(WireWriter out, int field, List<NodeId> nodes) {
    if (!nodes.isEmpty()) {
      int start = out.openPacked(field);
      nodes.forEach(node -> out.packed(node.number()));
      out.close(start);
    }
  }

  public static List<NodeId> nodes(WireReader in, int field) throws BadMessage {
    int end = in.openPacked(field);
    List<NodeId> nodes = new ArrayList<>();
    while (in.morePacked()) {
      nodes.add(new NodeId(in.packed(field)));
    }
    in.closePacked(end);
    return nodes;
  }

  public static void range(WireWriter out, KeyRange range) {
    if (range.isPoint()) {
      out.bytesAlways(3, range.start().unsafeBytes());
      return;
    }
    out.bytes(1, range.start().unsafeBytes());
    if (range.end().isPresent()) {
      out.bytesAlways(2, range.end().get().unsafeBytes());
    }
  }

  public static KeyRange range(WireReader in) throws BadMessage {
    Key start = key(in, 1);
    Optional<Key> end = in.has(2) ? Optional.of(key(in, 2)) : Optional.empty();
    return in.has(3) ? KeyRange.point(key(in, 3)) : new KeyRange(start, end);
  }

  public static void txnId(WireWriter out, TxnId txn) {
    ts(out, 1, txn.begin());
    out.fixed(2, txn.incarnation());
    out.number(3, txn.sequence());
    out.number(4, txn.attempt());
  }

  public static TxnId txnId(WireReader in) throws BadMessage {
    return new TxnId(ts(in, 1), in.fixed(2), in.natural(3), in.smallNatural(4));
  }

  public static void write(WireWriter out, Write write) {
    out.bytes(1, write.key().unsafeBytes());
    switch (write) {
      case Write.Put put -> out.bytesAlways(2, put.value().unsafeBytes());
      case Write.Add add -> out.signedAlways(3, add.delta());
      case Write.Delete delete -> out.flag(4, true);
    }
  }

  public static Write write(WireReader in) throws BadMessage {
    Key key = key(in, 1);
    return switch (in.field()) {
      case 2 -> new Write.Put(key, value(in, 2));
      case 3 -> new Write.Add(key, in.signed(3));
      case 4 -> present(in, 4, new Write.Delete(key));
      default -> throw unknownCase(in);
    };
  }

  public static void observed(WireWriter out, Observed observed) {
    out.number(1, observed.slot());
    out.message(2, observed.range(), ModelCodec::range);
  }

  public static Observed observed(WireReader in) throws BadMessage {
    long slot = in.natural(1);
    return new Observed(in.message(2, ModelCodec::range), slot);
  }

  public static void part(WireWriter out, TxnPart part) {
    out.message(1, part.txn(), ModelCodec::txnId);
    shard(out, 2, part.shard());
    ts(out, 3, part.ts());
    ts(out, 4, part.deadline());
    node(out, 5, part.coordinator());
    shards(out, 6, part.participants());
    out.list(7, part.reads(), ModelCodec::observed);
    out.list(8, part.writes(), ModelCodec::write);
    out.fixed(9, part.hash());
    isolation(out, 10, part.isolation());
    ts(out, 11, part.snapshot());
  }

  public static TxnPart part(WireReader in) throws BadMessage {
    TxnId txn = in.message(1, ModelCodec::txnId);
    ShardId shard = shard(in, 2);
    Timestamp ts = ts(in, 3);
    Timestamp deadline = ts(in, 4);
    NodeId coordinator = node(in, 5);
    List<ShardId> participants = shards(in, 6);
    List<Observed> reads = in.list(7, ModelCodec::observed);
    List<Write> writes = in.list(8, ModelCodec::write);
    long hash = in.fixed(9);
    return new TxnPart(
        txn,
        shard,
        ts,
        deadline,
        coordinator,
        participants,
        isolation(in, 10),
        ts(in, 11),
        reads,
        writes,
        hash);
  }

  public static void isolation(WireWriter out, int field, Isolation isolation) {
    out.choice(field, isolation);
  }

  public static Isolation isolation(WireReader in, int field) throws BadMessage {
    return in.choice(field, ISOLATIONS);
  }

  public static void reason(WireWriter out, AbortReason reason) {
    out.choice(1, reason.kind());
    if (reason.key().isPresent()) {
      out.bytesAlways(2, reason.key().get().unsafeBytes());
    }
    out.optional(3, reason.holder(), ModelCodec::txnId);
    out.text(4, reason.detail());
  }

  public static AbortReason reason(WireReader in) throws BadMessage {
    return new AbortReason(
        in.choice(1, ABORT_KINDS),
        in.has(2) ? Optional.of(key(in, 2)) : Optional.empty(),
        in.optional(3, ModelCodec::txnId),
        in.text(4));
  }

  public static void token(WireWriter out, Outcome.Token token) {
    out.message(1, token.txn(), ModelCodec::txnId);
    shards(out, 2, token.participants());
    out.bytes(3, token.anchor().unsafeBytes());
  }

  public static Outcome.Token token(WireReader in) throws BadMessage {
    return new Outcome.Token(in.message(1, ModelCodec::txnId), shards(in, 2), key(in, 3));
  }

  public static void outcome(WireWriter out, Outcome outcome) {
    switch (outcome) {
      case Outcome.Committed committed -> out.fixedAlways(1, committed.ts().packed());
      case Outcome.Aborted aborted -> out.message(2, aborted.reason(), ModelCodec::reason);
      case Outcome.Unknown unknown -> out.message(3, unknown.token(), ModelCodec::token);
    }
  }

  public static Outcome outcome(WireReader in) throws BadMessage {
    return switch (in.field()) {
      case 1 -> new Outcome.Committed(ts(in, 1));
      case 2 -> new Outcome.Aborted(in.message(2, ModelCodec::reason));
      case 3 -> new Outcome.Unknown(in.message(3, ModelCodec::token));
      default -> throw unknownCase(in);
    };
  }

  public static void shardMap(WireWriter out, ShardMap map) {
    out.number(1, map.epoch());
    out.list(2, map.shards(), ModelCodec::mapShard);
  }

  public static ShardMap shardMap(WireReader in) throws BadMessage {
    long epoch = in.natural(1);
    List<ShardMap.Shard> shards = in.list(2, ModelCodec::mapShard);
    try {
      return new ShardMap(epoch, shards);
    } catch (IllegalArgumentException incomplete) {
      throw new BadMessage(String.valueOf(incomplete.getMessage()));
    }
  }

  private static void mapShard(WireWriter out, ShardMap.Shard shard) {
    shard(out, 1, shard.id());
    out.message(2, shard.range(), ModelCodec::range);
    out.number(3, shard.generation());
    nodes(out, 4, shard.replicas());
  }

  private static ShardMap.Shard mapShard(WireReader in) throws BadMessage {
    return new ShardMap.Shard(
        shard(in, 1), in.message(2, ModelCodec::range), in.smallNatural(3), nodes(in, 4));
  }

  public static void mode(WireWriter out, int field, Reading.Mode mode) {
    out.choice(field, mode);
  }

  public static Reading.Mode mode(WireReader in, int field) throws BadMessage {
    return in.choice(field, READ_MODES);
  }

  public static void readRange(WireWriter out, Reading.Range range) {
    out.message(1, range.keys(), ModelCodec::range);
    out.number(2, range.limit());
    out.flag(3, range.reverse());
  }

  public static Reading.Range readRange(WireReader in) throws BadMessage {
    return new Reading.Range(in.message(1, ModelCodec::range), in.smallNatural(2), in.flag(3));
  }

  public static void page(WireWriter out, Reading.Page page) {
    shard(out, 1, page.shard());
    out.number(2, page.generation());
    out.number(3, page.slot());
    out.message(4, page.covered(), ModelCodec::range);
    out.list(5, page.rows(), ModelCodec::row);
    out.optional(6, page.rest(), ModelCodec::range);
  }

  public static Reading.Page page(WireReader in) throws BadMessage {
    return new Reading.Page(
        shard(in, 1),
        in.smallNatural(2),
        in.natural(3),
        in.message(4, ModelCodec::range),
        in.list(5, ModelCodec::row),
        in.optional(6, ModelCodec::range));
  }

  private static void row(WireWriter out, Reading.Row row) {
    out.bytes(1, row.key().unsafeBytes());
    out.bytes(2, row.value().unsafeBytes());
    ts(out, 3, row.version());
  }

  private static Reading.Row row(WireReader in) throws BadMessage {
    return new Reading.Row(key(in, 1), value(in, 2), ts(in, 3));
  }

  /// Reads a field that only says by being there that something is so.
  public static <T> T present(WireReader in, int field, T thing) throws BadMessage {
    if (!in.flag(field)) {
      throw new BadMessage("false where only true makes sense").inField(field);
    }
    return thing;
  }

  /// What to say of a field that is none of the cases there are.
  public static BadMessage unknownCase(WireReader in) throws BadMessage {
    int field = in.field();
    return new BadMessage(
        field == 0 ? "empty, where one of several cases is wanted" : "unknown case " + field);
  }
}
