package meridian.node;

/// The time, as its driver tells a node.
///
/// @param monotonicMicros since the process started; never goes back; for measuring waits
/// @param wallMicros since 1970; may jump or go back; for naming versions only, never for safety
public record Now(long monotonicMicros, long wallMicros) {}
