package meridian.harness.workload;

import meridian.checker.Level;

/// Something that a store did and should not have.
///
/// @param breaks the weakest level that forbids it, so that who asks for less is not told of it as
///   a mistake
/// @param what in plain English, with the keys and values
public record Finding(Level breaks, String what) {}
