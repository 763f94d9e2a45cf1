/// The stores of a real node: the cells of [meridian.storage.cells] in LMDB, in a data directory
/// that belongs to one node of one cluster and to one process at a time.
///
/// ```
/// DIR/FORMAT            the version of all that is below
/// DIR/IDENTITY          whose directory this is
/// DIR/LOCK              locked while a process uses it
/// DIR/log/data.mdb      the log, one durable commit per batch
/// DIR/state/data.mdb    the state, one durable commit per flush
/// ```
package meridian.storage.lmdb;
