package meridian.shell;

/// What the shell's exit code says.
public final class Exit {
  /// Everything worked.
  public static final int OK = 0;

  /// A command can never work as it was given; nothing of it happened.
  public static final int FAILED = 1;

  /// A transaction did not commit, because of others or of time; nothing of it happened.
  public static final int ABORTED = 2;

  /// Nobody said in time whether a transaction committed.
  public static final int UNKNOWN = 3;

  /// The shell was called wrongly, or a command was not understood (`EX_USAGE` of sysexits).
  public static final int USAGE = 64;

  /// No coordinator could be reached (`EX_UNAVAILABLE`).
  public static final int UNAVAILABLE = 69;

  /// Output or a file could not be written (`EX_IOERR`).
  public static final int IO = 74;

  private Exit() {}
}
