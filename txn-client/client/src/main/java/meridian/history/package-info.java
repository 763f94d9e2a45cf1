/// What clients saw, written down for a checker: one line of JSON for each attempt at a
/// transaction.
///
/// ```json
/// {"session":3,"txn":"...","invoke":10,"complete":25,"outcome":"committed","ts":"1f",
///  "level":"strict-serializable",
///  "ops":[["append","k",5],["read","k",[1,5]],["write","x",7],["read","y",null]]}
/// ```
///
/// Times are in microseconds of the machine's monotonic clock: they can be compared between the
/// processes of one machine, and between no others.
@org.jspecify.annotations.NullMarked
package meridian.history;
