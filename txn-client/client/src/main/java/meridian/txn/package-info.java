/// Transactions as their client sees them: what was read and written so far, attempts and resends,
/// and the words exchanged with a coordinator. Pure.
package meridian.txn;
