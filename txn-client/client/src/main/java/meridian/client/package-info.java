/// What an application calls. Start at [Meridian#connect(String)]:
///
/// ```java
/// try (Database db = Meridian.connect("meridian://localhost:7400")) {
///   db.transact(tx -> {
///     long balance = tx.add(Key.utf8("alice"), -10);
///     if (balance < 0) {
///       throw new IllegalStateException("alice is short of " + -balance);
///     }
///     return tx.add(Key.utf8("bob"), 10);
///   });
/// }
/// ```
///
/// **The code of a transaction may run more than once.** What it did before a conflict did not
/// happen, so it must have no effect but through its transaction, and keep nothing from one run to
/// the next.
///
/// What goes wrong comes as one of three: [RetriableException], it did not happen and may yet;
/// [PermanentException], it did not happen and never will; [UnknownOutcomeException], it happened
/// or it did not, and [Database#outcome(meridian.model.Outcome.Token)] finds out.
@org.jspecify.annotations.NullMarked
package meridian.client;
