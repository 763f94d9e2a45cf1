/// The simulator's kernel: machines, clocks, disks and a network in virtual time, and somebody who
/// breaks them, all of it a function of one seed. Pure.
///
/// ```
///   World ---- SimNetwork          messages through the codec; lost, late, twice, out of order
///     |---- Machine (one per process)
///     |        |---- SimClock      a wrong clock
///     |        |---- SimDisk       stores that outlive a crash
///     |        '---- Driver        one life: inbox, step, sync, sends
///     |---- Nemesis                brings faults that a FaultPlan drew up
///     |---- Observer               oracles that look on
///     '---- Trace                  the hash of it all
/// ```
package meridian.sim;
