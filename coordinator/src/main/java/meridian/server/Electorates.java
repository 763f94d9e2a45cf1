package meridian.server;

import java.util.Optional;
import meridian.paxos.FastPath;

/// How people name electorates in files and flags.
public final class Electorates {
  /// No fast path.
  public static final String OFF = "off";

  /// The leader and the nearest replicas that make a majority with it.
  public static final String NEAREST = "nearest";

  /// What to tell whoever wrote something else.
  public static final String WANTED =
      "want `off`, `nearest`, or how many replicas vote on the fast path, from 2 to 9";

  private static final int MEMBERS_MAX = 9;

  private Electorates() {}

  /// Nothing if that is no way to name them.
  public static Optional<FastPath> parse(String text) {
    return switch (text) {
      case OFF -> Optional.of(FastPath.OFF);
      case NEAREST -> Optional.of(FastPath.NEAREST);
      default -> members(text).map(FastPath::of);
    };
  }

  private static Optional<Integer> members(String text) {
    try {
      return Optional.of(Integer.parseInt(text)).filter(n -> n >= 2 && n <= MEMBERS_MAX);
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }
}
