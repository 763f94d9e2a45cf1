package meridian.shell;

/// A command that did not work, as its user is told.
public final class ShellError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  /// An error.
  ///
  /// @param exitCode one of Exit's
  /// @param message names the thing, the limit and the remedy
  public ShellError(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  static ShellError usage(String message) {
    return new ShellError(Exit.USAGE, message);
  }

  public int exitCode() {
    return exitCode;
  }
}
