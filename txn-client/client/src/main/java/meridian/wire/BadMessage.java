package meridian.wire;

/// Thrown when bytes are not the message that they should be. It says what is wrong, and where: the
/// path of field numbers in `meridian/wire/*.proto`, outermost first.
public final class BadMessage extends Exception {
  private static final long serialVersionUID = 1;

  private final String what;
  private final String path;

  public BadMessage(String what) {
    this(what, "");
  }

  private BadMessage(String what, String path) {
    // Cheap to make: whoever sends garbage should not cost a stack trace each time.
    super(path.isEmpty() ? what : "field " + path + ": " + what, null, false, false);
    this.what = what;
    this.path = path;
  }

  /// The same complaint, seen from the message that has the bad part in a field.
  public BadMessage inField(int field) {
    return new BadMessage(what, path.isEmpty() ? Integer.toString(field) : field + "." + path);
  }
}
