package meridian.shell;

/// Shows what came of commands.
interface Printer {
  /// Shows a reply.
  ///
  /// @param isTiming whether to show what it cost
  void print(Reply reply, boolean isTiming);

  /// Shows what went wrong.
  ///
  /// @param where in a script, with a blank after it; may be empty
  void print(Failure failure, String where);
}
