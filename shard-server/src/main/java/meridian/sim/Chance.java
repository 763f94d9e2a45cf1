package meridian.sim;

import java.util.List;
import java.util.random.RandomGenerator;
import meridian.model.Digest;

/// Chance that a seed determines, on every machine and in every release of the JDK: SplitMix64
/// (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014).
///
/// Each purpose draws from a generator of its own, split off by name. What one purpose draws does
/// not shift what another gets, so a run with one fault less is otherwise much the same run.
public final class Chance implements RandomGenerator {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final long seed;
  private long state;

  public Chance(long seed) {
    this.seed = seed;
    this.state = seed;
  }

  /// A generator for one purpose. The same name gives the same one, whatever was drawn before.
  public Chance split(String purpose) {
    return new Chance(new Digest().add(seed).add(purpose).value());
  }

  @Override
  public long nextLong() {
    state += GOLDEN_GAMMA;
    long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /// A number from `low` to `high`, both included.
  public long between(long low, long high) {
    return low + Long.remainderUnsigned(nextLong(), high - low + 1);
  }

  /// True so many times in a million.
  public boolean perMillion(long times) {
    return between(0, 999_999) < times;
  }

  /// True so many times in a hundred.
  public boolean percent(int times) {
    return between(0, 99) < times;
  }

  /// One way or the other.
  public boolean flip() {
    return nextLong() < 0;
  }

  /// One of several, each as likely.
  public <T> T pick(List<T> choices) {
    return choices.get((int) between(0, choices.size() - 1));
  }

  /// Mostly a few times smaller than `high`, at times close to it: the shape of delays.
  public long skewed(long high) {
    return between(0, between(0, between(0, high)));
  }
}
