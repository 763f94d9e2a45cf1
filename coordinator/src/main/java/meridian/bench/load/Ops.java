package meridian.bench.load;

import java.util.SplittableRandom;

/// The operations of one client, one after the other: a function of the seed, but for the numbers
/// of records that several clients insert. For one thread.
public final class Ops {
  private static final int SCAN_ROWS = 100;
  private static final long AMOUNT_MAX = 5;

  private final Workload workload;
  private final Records records;
  private final Zipf zipf;
  private final SplittableRandom chance;

  /// @param zipf over as many ranks as `records` had at the start
  public Ops(Workload workload, Records records, Zipf zipf, long seed) {
    this.workload = workload;
    this.records = records;
    this.zipf = zipf;
    this.chance = new SplittableRandom(seed);
  }

  /// The next one.
  public Op next() {
    return switch (workload) {
      case PUT -> put(any());
      case GET -> new Op.Get(any());
      case TRANSFER -> transfer();
      case SCAN -> new Op.Scan(any(), SCAN_ROWS);
      case YCSB_A -> in100(50) ? new Op.Get(popular()) : put(popular());
      case YCSB_B -> in100(95) ? new Op.Get(popular()) : put(popular());
      case YCSB_C -> new Op.Get(popular());
      case YCSB_D -> in100(95) ? new Op.Get(latest()) : insert();
      case YCSB_E -> in100(95) ? new Op.Scan(popular(), rows()) : insert();
      case YCSB_F ->
          in100(50) ? new Op.Get(popular()) : new Op.Modify(popular(), records.value(tag()));
    };
  }

  private Op transfer() {
    long from = chance.nextLong(records.loaded());
    long to = chance.nextLong(records.loaded() - 1);
    if (to >= from) {
      to++; // the two differ, and every pair is as likely as any other
    }
    return new Op.Transfer(Records.key(from), Records.key(to), chance.nextLong(1, AMOUNT_MAX + 1));
  }

  private Op put(String key) {
    return new Op.Put(key, records.value(tag()));
  }

  private Op insert() {
    return put(Records.key(records.insert()));
  }

  private String any() {
    return Records.key(chance.nextLong(records.loaded()));
  }

  private String popular() {
    return Records.key(zipf.next(chance));
  }

  /// A new record rather than an old one. The newest may still be on its way.
  private String latest() {
    return Records.key(records.count() - 1 - zipf.next(chance));
  }

  private int rows() {
    return chance.nextInt(1, SCAN_ROWS + 1);
  }

  private boolean in100(int share) {
    return chance.nextInt(100) < share;
  }

  private long tag() {
    return chance.nextLong();
  }
}
