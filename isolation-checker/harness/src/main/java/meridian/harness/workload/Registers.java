package meridian.harness.workload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import meridian.checker.Level;

/// Writes and reads registers, a few in each transaction, some twice.
///
/// Its invariant: what a committed transaction read was the last write to that key of one that did
/// not abort, or its own; and what a register holds in the end was not overwritten by a transaction
/// that began later.
final class Registers extends Workload {
  private static final int REGISTERS = 6;
  private static final int OPS_MAX = 5;

  /// A register is left alone after so many writes, and another takes its place.
  private static final int WRITES_MAX = 200;

  private final AtomicLong writes = new AtomicLong();

  /// Counts invocations and completions.
  private final AtomicLong moments = new AtomicLong();

  private final Map<String, Written> written = new ConcurrentHashMap<>();

  /// Every value that a committed transaction has read, and did not write itself.
  private final Map<String, String> seen = new ConcurrentHashMap<>();

  Registers(Run run) {
    super(run);
  }

  /// @param isLast whether the transaction wrote nothing else to the key afterwards
  private record Written(String key, long begun, long ended, boolean isLast, Tries.Fate fate) {}

  /// What one attempt did.
  private record Notes(
      long begun, Map<String, String> own, List<String[]> writes, List<String[]> reads) {
    Notes(long begun) {
      this(begun, new HashMap<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  @Override
  public String name() {
    return "register";
  }

  @Override
  public String about() {
    return "registers that are written and read: values of aborted writes, half-done ones, stale"
        + " ones";
  }

  @Override
  public Client client(Random random) {
    return store -> {
      int ops = 1 + random.nextInt(OPS_MAX);
      Tries.transact(
          store,
          () -> new Notes(moments.incrementAndGet()),
          (txn, notes) -> {
            for (int i = 0; i < ops; i++) {
              touch(random, txn, notes);
            }
          },
          this::ended);
    };
  }

  private void touch(Random random, Txn txn, Notes notes) {
    long generation = writes.get() / (REGISTERS * WRITES_MAX);
    String key = key(generation * REGISTERS + random.nextInt(REGISTERS));
    if (random.nextBoolean()) {
      String value = String.valueOf(run().unique());
      writes.incrementAndGet();
      notes.writes.add(new String[] {key, value});
      notes.own.put(key, value);
      txn.write(key, value);
      return;
    }
    Optional<String> value = txn.read(key);
    Optional<String> own = Optional.ofNullable(notes.own.get(key));
    if (own.isEmpty()) {
      value.ifPresent(read -> notes.reads.add(new String[] {key, read}));
    } else if (!own.equals(value)) {
      findings()
          .add(Level.READ_COMMITTED, "%s was set to %s and read as %s".formatted(key, own, value));
    }
  }

  private String key(long number) {
    return run().key("register", number);
  }

  private void ended(Notes notes, Tries.Fate fate) {
    long ended = moments.incrementAndGet();
    for (String[] write : notes.writes) {
      boolean isLast = write[1].equals(notes.own.get(write[0]));
      written.put(write[1], new Written(write[0], notes.begun, ended, isLast, fate));
    }
    if (fate == Tries.Fate.COMMITTED) {
      notes.reads.forEach(read -> seen.put(read[1], read[0]));
    }
  }

  @Override
  void look(Store last) {
    seen.forEach((value, key) -> inspect(key, value));
    long end = (writes.get() / (REGISTERS * WRITES_MAX) + 1) * REGISTERS;
    Map<String, Long> youngest = youngest();
    for (long number = 0; number < end; number++) {
      String key = key(number);
      Optional<Optional<String>> value = lookAt(last, key, txn -> txn.read(key));
      if (value.isEmpty()) {
        return;
      }
      value.get().ifPresent(there -> inspect(key, there));
      long begun =
          value
              .get()
              .flatMap(there -> Optional.ofNullable(written.get(there)))
              .filter(by -> by.fate == Tries.Fate.COMMITTED)
              .map(Written::ended)
              .orElse(value.get().isPresent() ? Long.MAX_VALUE : 0L);
      if (youngest.getOrDefault(key, 0L) > begun) {
        findings()
            .add(
                Level.STRONG_SNAPSHOT,
                "%s is %s, which was overwritten".formatted(key, value.get()));
      }
    }
  }

  /// By key: when the committed transaction that wrote it and began last did begin.
  private Map<String, Long> youngest() {
    Map<String, Long> youngest = new HashMap<>();
    written.values().stream()
        .filter(by -> by.fate == Tries.Fate.COMMITTED)
        .forEach(by -> youngest.merge(by.key, by.begun, Math::max));
    return youngest;
  }

  private void inspect(String key, String value) {
    Written by = written.get(value);
    if (by == null || !by.key.equals(key)) {
      findings()
          .add(Level.READ_COMMITTED, "%s was %s, which nobody wrote there".formatted(key, value));
    } else if (by.fate == Tries.Fate.ABORTED) {
      findings().add(Level.READ_COMMITTED, "%s was %s, whose writer aborted".formatted(key, value));
    } else if (!by.isLast) {
      findings()
          .add(
              Level.READ_COMMITTED,
              "%s was %s, which its writer then replaced".formatted(key, value));
    }
  }
}
