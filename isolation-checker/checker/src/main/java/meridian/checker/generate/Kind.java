package meridian.checker.generate;

import java.util.Arrays;
import java.util.Optional;

/// What kind of history to generate.
public enum Kind {
  LIST_APPEND("list-append", "lists, strict serializable; Jepsen EDN"),
  LIST_APPEND_SNAPSHOT("list-append-si", "lists, strong snapshot isolation; Jepsen EDN"),
  BROKEN("broken", "lists, no concurrency control at all; Jepsen EDN"),
  REGISTERS("registers", "registers, strict serializable; a Meridian recording with timestamps"),
  REGISTERS_SNAPSHOT("registers-si", "registers, strong snapshot isolation; a Meridian recording"),
  SHUFFLED("shuffled", "registers, serializable, no times, one session after another; Plume text"),
  SHUFFLED_SNAPSHOT("shuffled-si", "the same, snapshot isolation"),
  SHUFFLED_PARALLEL("shuffled-psi", "the same, two sites that see each other's commits late"),
  SHUFFLED_LOST("shuffled-lost", "the same, snapshot isolation but for one commit in a hundred");

  private final String label;
  private final String description;

  Kind(String label, String description) {
    this.label = label;
    this.description = description;
  }

  public String label() {
    return label;
  }

  public String description() {
    return description;
  }

  public static Optional<Kind> named(String label) {
    return Arrays.stream(values()).filter(kind -> kind.label.equals(label)).findFirst();
  }

  boolean lists() {
    return this == LIST_APPEND || this == LIST_APPEND_SNAPSHOT || this == BROKEN;
  }

  boolean serializable() {
    return this == LIST_APPEND || this == REGISTERS || this == SHUFFLED;
  }

  boolean shuffled() {
    return switch (this) {
      case SHUFFLED, SHUFFLED_SNAPSHOT, SHUFFLED_PARALLEL, SHUFFLED_LOST -> true;
      case LIST_APPEND, LIST_APPEND_SNAPSHOT, BROKEN, REGISTERS, REGISTERS_SNAPSHOT -> false;
    };
  }

  /// How many copies of the data there are, each with its own clients.
  int sites() {
    return this == SHUFFLED_PARALLEL ? 2 : 1;
  }
}
