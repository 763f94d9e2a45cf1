package meridian.bench;

import java.util.OptionalDouble;
import meridian.bench.load.Tally;
import meridian.bench.load.Workload;

/// One measurement.
///
/// @param store whose
/// @param round from 1
/// @param costs of a committed transaction
/// @param wideRoundTrips that one takes on average, where that was measured
record Run(
    String store,
    int round,
    Workload workload,
    Tally tally,
    Costs costs,
    OptionalDouble wideRoundTrips) {}
