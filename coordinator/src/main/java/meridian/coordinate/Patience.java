package meridian.coordinate;

/// How long a coordinator waits for what, and how much it takes on.
///
/// @param resendMicros a vote that is this late is asked for again, of every replica
/// @param readMicros a read that is this late is asked of the next replica
/// @param finishMicros for so long the participants are told a decision that they do not
///   acknowledge; after that they find out by themselves
/// @param rememberMicros for so long an outcome is kept for a client that asks again
/// @param inFlightMax most transactions under way; more are refused
/// @param readsMax most reads under way; more are refused
/// @param skewMillisMax how far a transaction's begin may lie ahead of this clock
public record Patience(
    long resendMicros,
    long readMicros,
    long finishMicros,
    long rememberMicros,
    int inFlightMax,
    int readsMax,
    long skewMillisMax) {
  /// For production.
  public static final Patience DEFAULT =
      new Patience(600_000, 600_000, 10_000_000, 60_000_000, 20_000, 50_000, 1_000);
}
