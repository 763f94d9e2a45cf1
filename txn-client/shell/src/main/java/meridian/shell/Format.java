package meridian.shell;

/// How results are printed.
public enum Format {
  /// For people.
  TABLE,
  /// One object of JSON a line for each command, errors too.
  JSON,
  /// The rows only, with a line of column names.
  CSV
}
