package meridian.checker;

/// A read that no execution explains: its read states are empty whatever the order, or it
/// contradicts its own transaction. `other` is the operation that shows it, if one does; else -1.
public record Unreadable(int operation, Reason reason, int other) {
  /// What is wrong with the read. The names in parentheses are Adya's.
  public enum Reason {
    NEVER_WRITTEN("no transaction wrote this value"),
    ABORTED("the value was written by a transaction that aborted (G1a)"),
    INTERMEDIATE("its writer wrote the key again later (G1b)"),
    FUTURE("the transaction itself wrote the value, but later"),
    INTERNAL("the transaction's own earlier write is not what it read"),
    DUPLICATE("the list holds an element twice"),
    SCATTERED("the list holds the appends of one transaction apart from each other, or not all"),
    INCOMPATIBLE("another read shows the list in a different order");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }
}
