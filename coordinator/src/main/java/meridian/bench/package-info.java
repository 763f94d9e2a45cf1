/// `meridian bench`: how many transactions a second, how long each takes, and what each costs, on
/// this machine, and the same of a peer.
///
/// ```
///  BenchCommand --> Target (a cluster) --> MeridianStore ----------+
///       |      \--> Costs (the nodes' counters)                    +--> load.Loop --> load.Tally
///       |      \--> PeerProcess ==> load.Answering --> Store ------+    (in another process)
///       v
///     Report
/// ```
@org.jspecify.annotations.NullMarked
package meridian.bench;
