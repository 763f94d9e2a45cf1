package meridian.client;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import meridian.history.Op;
import meridian.model.Key;
import meridian.model.Value;

/// Lists kept in one value each, their elements separated by spaces. A checker learns most from
/// them: a list shows the order of everything that was ever appended to it. They are written down
/// as lists.
public final class Lists {
  private Lists() {}

  /// Appends an element, which has no space in it.
  public static void append(Transaction tx, Key key, String element) {
    Transaction quiet = tx.unrecorded();
    Optional<Value> before = quiet.get(key);
    String text = before.map(list -> list.toUtf8() + " ").orElse("") + element;
    quiet.put(key, Value.utf8(text));
    tx.record(new Op.Append(Transaction.text(key), element));
  }

  /// The elements, the oldest first.
  public static List<String> read(Transaction tx, Key key) {
    List<String> elements =
        tx.unrecorded()
            .get(key)
            .map(list -> Arrays.asList(list.toUtf8().split(" ")))
            .orElse(List.of());
    tx.record(new Op.ReadList(Transaction.text(key), elements));
    return elements;
  }
}
