package meridian.checker;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An isolation level: a test that every transaction of one execution must pass.
///
/// The tests are those of Crooks, Pu, Alvisi and Clement, "Seeing is Believing: A Client-Centric
/// Specification of Database Isolation" (PODC 2017). An *execution* orders the committed
/// transactions; each takes the state before it, its *parent state*, to the one after it. A read's
/// *read states* are the states, up to the parent state, that hold the value it returned. A state
/// is *complete* for a transaction if all of its reads could have read there.
///
/// The text of a level says where its definition is ours and not the paper's.
public enum Level {
  READ_UNCOMMITTED(
      "read-uncommitted",
      "Always passes.",
      "Crooks et al. 2017. Elle's PL-1, which forbids cyclic writes (G0), is stronger."),

  READ_COMMITTED(
      "read-committed",
      "PREREAD: every read has a read state, so what it returned was committed before, and final.",
      "Crooks et al. 2017. Biswas and Enea's read committed is stronger: it orders a"
          + " transaction's reads."),

  READ_ATOMIC(
      "read-atomic",
      "PREREAD, and whoever reads one write of a transaction reads no state from before it for any"
          + " other key that it wrote.",
      "Crooks et al. 2017, over all pairs of reads. Biswas and Enea add session order."),

  CAUSAL(
      "causal",
      "PREREAD, sessions are in order, and if T' causally precedes T (by sessions and reads,"
          + " transitively), then no read of T is from a state that a write of T' had replaced.",
      "A state-based wording of Biswas and Enea, \"On the Complexity of Checking Transactional"
          + " Consistency\" (OOPSLA 2019), axiom CC. Crooks's own causal level lets each session"
          + " have an execution of its own."),

  PARALLEL_SNAPSHOT(
      "parallel-snapshot",
      "PREREAD, and if T' precedes T (it was read by T or wrote a key before T did, transitively),"
          + " then no read of T is from a state that a write of T' had replaced.",
      "Crooks et al. 2017, equal to Adya's PL-2+. It has no session order, hence is not above"
          + " causal."),

  SNAPSHOT(
      "snapshot",
      "Some state, the snapshot, is complete, and no key that T writes changed between it and the"
          + " parent state.",
      "Crooks et al. 2017, Adya's snapshot isolation."),

  SESSION_SNAPSHOT(
      "session-snapshot",
      "Snapshot, and the snapshot includes what the session did before.",
      "The logical part of Strong Session SI (Daudjee and Salem, VLDB 2006): commit and start times"
          + " do not constrain it."),

  STRONG_SNAPSHOT(
      "strong-snapshot",
      "Session snapshot, and the snapshot includes all that completed before T was invoked.",
      "The logical part of Strong SI (Daudjee and Salem, VLDB 2006): start and commit are what the"
          + " client saw."),

  SERIALIZABLE(
      "serializable",
      "The parent state is complete: every read is of the state just before T.",
      "Crooks et al. 2017. In dbcop, PolySI and Cobra the word includes session order."),

  SESSION_SERIALIZABLE(
      "session-serializable",
      "Serializable, and sessions are in order.",
      "Strong session serializability (Daudjee and Salem, ICDE 2004)."),

  STRICT_SERIALIZABLE(
      "strict-serializable",
      "Session serializable, and T is after all that completed before it was invoked.",
      "Crooks et al. 2017. Session order is part of real time; we ask for it even where a history"
          + " has no times.");

  private final String label;
  private final String definition;
  private final String source;

  Level(String label, String definition, String source) {
    this.label = label;
    this.definition = definition;
    this.source = source;
  }

  /// The name that users write and reports show.
  public String label() {
    return label;
  }

  /// The commit test, in words.
  public String definition() {
    return definition;
  }

  /// Where the definition comes from, and which tools use the same name for something else.
  public String source() {
    return source;
  }

  /// The levels that this one implies directly. Reflexive and transitive closure: `implies`.
  public Set<Level> covers() {
    return switch (this) {
      case READ_UNCOMMITTED -> EnumSet.noneOf(Level.class);
      case READ_COMMITTED -> EnumSet.of(READ_UNCOMMITTED);
      case READ_ATOMIC -> EnumSet.of(READ_COMMITTED);
      case CAUSAL, PARALLEL_SNAPSHOT -> EnumSet.of(READ_ATOMIC);
      case SNAPSHOT -> EnumSet.of(PARALLEL_SNAPSHOT);
      case SESSION_SNAPSHOT -> EnumSet.of(SNAPSHOT, CAUSAL);
      case STRONG_SNAPSHOT -> EnumSet.of(SESSION_SNAPSHOT);
      case SERIALIZABLE -> EnumSet.of(SNAPSHOT);
      case SESSION_SERIALIZABLE -> EnumSet.of(SERIALIZABLE, SESSION_SNAPSHOT);
      case STRICT_SERIALIZABLE -> EnumSet.of(SESSION_SERIALIZABLE, STRONG_SNAPSHOT);
    };
  }

  /// Whether every history that satisfies this level satisfies the other.
  public boolean implies(Level other) {
    return this == other || covers().stream().anyMatch(covered -> covered.implies(other));
  }

  /// Whether the level tells sessions apart: what a session did, it must see afterwards.
  public boolean ordersSessions() {
    return implies(CAUSAL);
  }

  /// Whether the level looks at times: what completed must be seen by what starts later.
  public boolean ordersRealTime() {
    return implies(STRONG_SNAPSHOT);
  }

  /// The level with this name; other tools' names for the same level are understood too.
  public static Optional<Level> named(String name) {
    var own = Arrays.stream(values()).filter(level -> level.label.equals(name)).findFirst();
    return own.or(() -> alias(name.toLowerCase(java.util.Locale.ROOT)));
  }

  /// Only names that mean the same thing elsewhere. Elle's "parallel-snapshot-isolation", which it
  /// tests by weaker rules, is translated to what the paper means by it.
  private static Optional<Level> alias(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "ru" -> READ_UNCOMMITTED;
          case "rc", "pl-2" -> READ_COMMITTED;
          case "ra" -> READ_ATOMIC;
          case "cc", "tcc", "causal-consistency", "causal-cerone" -> CAUSAL;
          case "psi", "pl-2+", "consistent-view", "parallel-snapshot-isolation" ->
              PARALLEL_SNAPSHOT;
          case "si", "pl-si", "snapshot-isolation", "gsi", "adya-si" -> SNAPSHOT;
          case "strong-session-snapshot-isolation", "session-si", "pc-si" -> SESSION_SNAPSHOT;
          case "strong-snapshot-isolation", "strong-si" -> STRONG_SNAPSHOT;
          case "ser", "pl-3" -> SERIALIZABLE;
          case "strong-session-serializable", "session-ser" -> SESSION_SERIALIZABLE;
          case "sser", "pl-ss", "strong-serializable", "strong-strict-serializable" ->
              STRICT_SERIALIZABLE;
          default -> null;
        });
  }

  /// The form in which histories keep it: its place among all, weakest first.
  @SuppressWarnings("EnumOrdinal") // never leaves the process
  byte code() {
    return (byte) ordinal();
  }

  /// The names of all, for messages.
  public static String labels() {
    return String.join(", ", weakestFirst().stream().map(Level::label).toList());
  }

  /// All eleven, weakest first.
  public static List<Level> weakestFirst() {
    return List.of(values());
  }
}
