package meridian.client;

/// The code of a transaction. It may be run more than once: see the package.
///
/// @param <X> what else it may throw
@FunctionalInterface
public interface Work<T extends @org.jspecify.annotations.Nullable Object, X extends Exception> {
  T run(Transaction tx) throws X;
}
