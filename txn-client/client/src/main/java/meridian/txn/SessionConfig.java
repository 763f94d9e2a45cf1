package meridian.txn;

/// How patient a session is. All times are in microseconds.
///
/// @param endpoints how many coordinators there are to choose from, the nearest first; at least 1
/// @param resendMicros after this long without an answer a request is sent again; doubles each time
/// @param resendMicrosMax the longest such wait
/// @param connectMicros how long an endpoint is waited for before the next one is opened too
/// @param reopenMicros after a stream was lost its endpoint is left alone for this long; doubles
/// @param reopenMicrosMax the longest such rest
/// @param retryMicros about how long after the first conflict an attempt follows; doubles each time
/// @param retryMicrosMax the longest such wait
/// @param graceMicros how long beyond its deadline a transaction whose commit has left is asked
///   about
public record SessionConfig(
    int endpoints,
    long resendMicros,
    long resendMicrosMax,
    long connectMicros,
    long reopenMicros,
    long reopenMicrosMax,
    long retryMicros,
    long retryMicrosMax,
    long graceMicros) {
  public SessionConfig {
    if (endpoints < 1) {
      throw new IllegalArgumentException("a session needs an endpoint");
    }
  }

  /// What suits wide-area networks.
  public static SessionConfig of(int endpoints) {
    return new SessionConfig(
        endpoints, 1_500_000, 6_000_000, 500_000, 100_000, 5_000_000, 4_000, 500_000, 750_000);
  }

  /// A wait that doubles up to its maximum.
  static long doubled(long firstMicros, int times, long micros) {
    return times >= Long.numberOfLeadingZeros(firstMicros) - 1
        ? micros
        : Math.min(micros, firstMicros << times);
  }
}
