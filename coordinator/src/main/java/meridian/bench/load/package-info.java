/// What a benchmark does to a store, whichever store it is: operations drawn from a seed, a closed
/// loop of clients, and what came of it. Needs the JDK and HdrHistogram only, because it also runs
/// in the process that drives a peer, next to that peer's own libraries.
@org.jspecify.annotations.NullMarked
package meridian.bench.load;
