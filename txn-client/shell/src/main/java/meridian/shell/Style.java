package meridian.shell;

/// Colours, where they are wanted.
record Style(boolean isColoured) {
  String red(String text) {
    return with("31", text);
  }

  String bold(String text) {
    return with("1", text);
  }

  String faint(String text) {
    return with("2", text);
  }

  private String with(String code, String text) {
    return isColoured ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
