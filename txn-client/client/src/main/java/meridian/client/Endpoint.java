package meridian.client;

import java.util.ArrayList;
import java.util.List;

/// Where a coordinator listens.
public record Endpoint(String host, int port) {
  private static final String SCHEME = "meridian://";
  private static final int PORT_MAX = 65_535;

  /// Reads `meridian://host:port,host:port`, the nearest first; the scheme may be left out, and an
  /// IPv6 address stands in brackets.
  ///
  /// @throws IllegalArgumentException if that is not what it says
  public static List<Endpoint> parseAll(String uri) {
    String list = uri.startsWith(SCHEME) ? uri.substring(SCHEME.length()) : uri;
    var endpoints = new ArrayList<Endpoint>();
    for (String part : list.split(",", -1)) {
      endpoints.add(parse(part.strip(), uri));
    }
    return List.copyOf(endpoints);
  }

  private static Endpoint parse(String text, String uri) {
    int colon = text.lastIndexOf(':');
    if (colon > 0) {
      String host = text.substring(0, colon);
      boolean isBracketed = host.startsWith("[") && host.endsWith("]");
      if (isBracketed || host.indexOf(':') < 0) {
        int port = port(text.substring(colon + 1));
        if (port > 0) {
          return new Endpoint(isBracketed ? host.substring(1, host.length() - 1) : host, port);
        }
      }
    }
    throw new IllegalArgumentException(
        "not an endpoint: '"
            + text
            + "' in '"
            + uri
            + "'; want HOST:PORT with a port of 1 to 65535, several separated by commas");
  }

  private static int port(String digits) {
    try {
      int port = Integer.parseInt(digits);
      return port <= PORT_MAX ? port : -1;
    } catch (NumberFormatException notANumber) {
      return -1;
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
