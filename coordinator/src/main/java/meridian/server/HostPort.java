package meridian.server;

/// Where to listen, or whom to call. An IPv6 address stands in brackets.
public record HostPort(String host, int port) {
  static final int PORT_MAX = 65_535;

  /// Reads `host:port`.
  ///
  /// @throws IllegalArgumentException if it does not look like that
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("want HOST:PORT");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("an IPv6 address wants brackets: [" + host + "]:PORT");
    }
    try {
      return new HostPort(host, checkedPort(Long.parseLong(text.substring(colon + 1))));
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException("the port is not a number, want HOST:PORT", notANumber);
    }
  }

  /// @throws IllegalArgumentException if it is none; 0 stands for any that is free
  static int checkedPort(long port) {
    if (port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException("a port is 1 to " + PORT_MAX);
    }
    return (int) port;
  }

  /// Whether only this machine can reach it, as far as the text tells: no name is looked up.
  public boolean isLoopback() {
    return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
