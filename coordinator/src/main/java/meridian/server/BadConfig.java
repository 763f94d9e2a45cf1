package meridian.server;

import java.util.List;

/// A configuration that cannot be used, with everything that is wrong with it.
public final class BadConfig extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> complaints;

  /// @param complaints at least one; each names the place, the thing and what is wanted
  public BadConfig(List<String> complaints) {
    super(String.join("\n", complaints));
    this.complaints = List.copyOf(complaints);
  }

  public List<String> complaints() {
    return complaints;
  }
}
