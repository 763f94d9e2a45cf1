package meridian.model;

import org.jspecify.annotations.Nullable;

/// What must never happen. Always checked, in production too; a failure stops the node, since a
/// node that is wrong about itself must not go on talking to others.
public final class Invariant {
  private Invariant() {}

  /// Insists that something holds.
  ///
  /// @throws Broken with the message, formatted with the values, unless the condition holds
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would make this depend on a linter
  public static void check(boolean holds, String format, Object... values) {
    if (!holds) {
      throw new Broken(String.format(format, values));
    }
  }

  /// Insists that something is there.
  ///
  /// @return it
  /// @throws Broken with the message, formatted with the values, if it is not
  @SuppressWarnings("AnnotateFormatMethod")
  public static <T> T present(@Nullable T value, String format, Object... values) {
    if (value == null) {
      throw new Broken(String.format(format, values));
    }
    return value;
  }

  /// Thrown when an invariant does not hold.
  public static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Broken(String message) {
      super(message);
    }
  }
}
