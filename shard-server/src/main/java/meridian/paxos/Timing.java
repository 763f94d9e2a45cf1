package meridian.paxos;

/// How long a group waits for what, in microseconds of the monotonic clock. Time is never a matter
/// of safety here, only of how soon the group goes on.
///
/// @param heartbeatMicros how often a leader speaks up
/// @param suspectMicros a leader unheard of for this long may be replaced; up to half as much again
///   is drawn at random, so that candidates do not meet
/// @param resendMicros an answer that is this late is asked for again
public record Timing(long heartbeatMicros, long suspectMicros, long resendMicros) {
  /// Fit for regions up to 300 ms apart: a dead leader is replaced within two seconds.
  public static final Timing WIDE_AREA = new Timing(100_000, 550_000, 400_000);
}
