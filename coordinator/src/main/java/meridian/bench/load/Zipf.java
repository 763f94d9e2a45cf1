package meridian.bench.load;

import java.util.random.RandomGenerator;

/// Ranks of which the first are drawn most: rank r in proportion to 1/(r+1)^0.99, as the YCSB paper
/// has it (Cooper et al., SoCC 2010), by the method of Gray et al., "Quickly Generating
/// Billion-Record Synthetic Databases" (SIGMOD 1994). Immutable.
public final class Zipf {
  private static final double THETA = 0.99;

  private final long count;
  private final double zeta;
  private final double zetaOfTwo = 1 + Math.pow(0.5, THETA);
  private final double eta;

  /// @param count of ranks, 2 or more
  public Zipf(long count) {
    this.count = count;
    double sum = 0;
    for (long rank = 1; rank <= count; rank++) {
      sum += 1 / Math.pow(rank, THETA);
    }
    zeta = sum;
    eta = (1 - Math.pow(2.0 / count, 1 - THETA)) / (1 - zetaOfTwo / zeta);
  }

  /// A rank from 0 to `count` - 1.
  public long next(RandomGenerator chance) {
    double u = chance.nextDouble();
    double uz = u * zeta;
    if (uz < 1) {
      return 0;
    }
    if (uz < zetaOfTwo) {
      return 1;
    }
    long rank = (long) (count * Math.pow(eta * u - eta + 1, 1 / (1 - THETA)));
    return Math.min(rank, count - 1); // u may be so near 1 that the power rounds to 1
  }
}
