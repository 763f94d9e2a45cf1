package meridian.harness.workload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import meridian.checker.History;
import meridian.checker.format.Recording;
import meridian.history.Event;
import meridian.history.Op;
import meridian.model.Timestamp;
import meridian.model.TxnId;

/// A store in memory: several versions of each key, snapshots, and validation of everything read
/// when a transaction commits. Some transactions are aborted, and of some nobody is told how they
/// ended. It records itself, and it can have a bug.
///
/// Its clients take turns (see `Baton`), so nothing here is locked.
final class MemoryStore {
  private static final int ATTEMPTS_MAX = 4;
  private static final int ABORTS_EVERY = 15;
  private static final int UNKNOWN_EVERY = 40;
  private static final int STALE_EVERY = 3;
  private static final int STALENESS_MAX = 12;
  private static final int HIDDEN_MAX = 3;

  /// What can be wrong with it.
  enum Bug {
    NONE,

    /// A transaction overwrites what was written since it read.
    LOST_UPDATE,

    /// A transaction that only reads may get an old snapshot.
    STALE_READ,

    /// What is not committed can be read.
    DIRTY_READ,

    /// A transaction that only reads gets each key as it is at that moment.
    FRACTURED_READ,

    /// Only what a transaction writes is validated.
    WRITE_SKEW,

    /// A transaction that only reads may miss one of the latest commits, and see later ones.
    LONG_FORK,

    /// What an aborted transaction wrote stays.
    ABORTED_WRITE;

    boolean trustsReaders() {
      return this == STALE_READ
          || this == FRACTURED_READ
          || this == LONG_FORK
          || this == WRITE_SKEW;
    }
  }

  private final Bug bug;
  private final Random random;
  private final Map<String, TreeMap<Long, String>> versions = new HashMap<>();
  private final Map<String, String> dirty = new HashMap<>();
  private final List<String> recording = new ArrayList<>();
  private long commits;
  private long moment;
  private int sessions;
  private int transactions;

  MemoryStore(Bug bug, long seed) {
    this.bug = bug;
    this.random = new Random(seed);
  }

  /// A client's connection.
  ///
  /// @param pause lets others go on
  Store connect(Runnable pause) {
    return new Connection(pause);
  }

  /// Everything that was done.
  History history() throws Exception {
    return Recording.of(
            String.join("\n", recording).getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .history();
  }

  List<String> recording() {
    return recording;
  }

  private final class Connection implements Store {
    private final Runnable pause;
    private int session = sessions++;

    Connection(Runnable pause) {
      this.pause = pause;
    }

    @Override
    public <T> Ended<T> transact(Function<Txn, T> work) {
      Ended<T> ended = new Ended.Aborted<>("never tried");
      for (int i = 0; i < ATTEMPTS_MAX && ended instanceof Ended.Aborted<T>; i++) {
        Attempt attempt = new Attempt(pause);
        T value = work.apply(attempt);
        pause.run();
        ended = attempt.end(value);
        record(attempt, ended);
      }
      return ended;
    }

    private void record(Attempt attempt, Ended<?> ended) {
      boolean isUnknown = ended instanceof Ended.Unknown<?>;
      recording.add(
          new Event(
                  session,
                  new TxnId(Timestamp.ZERO, 1, transactions++, 0),
                  attempt.begun,
                  isUnknown ? OptionalLong.empty() : OptionalLong.of(++moment),
                  switch (ended) {
                    case Ended.Committed<?> yes -> Event.Outcome.COMMITTED;
                    case Ended.Aborted<?> no -> Event.Outcome.ABORTED;
                    case Ended.Unknown<?> perhaps -> Event.Outcome.UNKNOWN;
                  },
                  Optional.empty(),
                  "strict-serializable",
                  attempt.ops)
              .toJson());
      if (isUnknown) {
        session = sessions++;
      }
    }

    @Override
    public void close() {}
  }

  /// One attempt at a transaction.
  private final class Attempt implements Txn {
    private final Runnable pause;
    private final long begun = ++moment;
    private final List<Op> ops = new ArrayList<>();
    private final Map<String, Long> read = new HashMap<>();
    private final Map<String, String> writes = new LinkedHashMap<>();
    private final long snapshot;
    private final long hidden;

    Attempt(Runnable pause) {
      this.pause = pause;
      boolean isStale = bug == Bug.STALE_READ && random.nextInt(STALE_EVERY) == 0;
      snapshot = isStale ? commits - random.nextInt(STALENESS_MAX) : commits;
      hidden = bug == Bug.LONG_FORK ? commits - random.nextInt(HIDDEN_MAX) : -1;
    }

    @Override
    public Optional<String> read(String key) {
      Optional<String> value = get(key);
      ops.add(new Op.Read(key, value));
      return value;
    }

    @Override
    public void write(String key, String value) {
      set(key, value);
      ops.add(new Op.Write(key, Optional.of(value)));
    }

    @Override
    public List<String> readList(String key) {
      List<String> elements =
          get(key).map(list -> Arrays.asList(list.split(" ", -1))).orElse(List.of());
      ops.add(new Op.ReadList(key, elements));
      return elements;
    }

    @Override
    public void append(String key, String element) {
      set(key, get(key).map(list -> list + " ").orElse("") + element);
      ops.add(new Op.Append(key, element));
    }

    private Optional<String> get(String key) {
      pause.run();
      if (writes.containsKey(key)) {
        return Optional.of(writes.get(key));
      }
      if (bug == Bug.DIRTY_READ && dirty.containsKey(key)) {
        return Optional.of(dirty.get(key));
      }
      long upTo = bug == Bug.FRACTURED_READ ? commits : snapshot;
      return versions
          .getOrDefault(key, new TreeMap<>())
          .headMap(upTo, true)
          .descendingMap()
          .entrySet()
          .stream()
          .filter(version -> version.getKey() != hidden)
          .findFirst()
          .map(
              version -> {
                read.putIfAbsent(key, version.getKey());
                return version.getValue();
              })
          .or(
              () -> {
                read.putIfAbsent(key, -1L);
                return Optional.empty();
              });
    }

    private void set(String key, String value) {
      pause.run();
      writes.put(key, value);
      dirty.put(key, value);
    }

    private <T> Ended<T> end(T value) {
      writes.forEach(dirty::remove);
      boolean isUnlucky = random.nextInt(ABORTS_EVERY) == 0;
      if (isUnlucky || !isValid()) {
        if (bug == Bug.ABORTED_WRITE && isUnlucky) {
          apply();
        }
        return new Ended.Aborted<>("a conflict, or bad luck");
      }
      if (random.nextInt(UNKNOWN_EVERY) == 0) {
        if (random.nextBoolean()) {
          apply();
        }
        return new Ended.Unknown<>("nobody said");
      }
      apply();
      return new Ended.Committed<>(value);
    }

    private boolean isValid() {
      if (writes.isEmpty() && bug.trustsReaders()) {
        return true;
      }
      return read.entrySet().stream()
          .filter(
              entry ->
                  switch (bug) {
                    case LOST_UPDATE -> !writes.containsKey(entry.getKey());
                    case WRITE_SKEW -> writes.containsKey(entry.getKey());
                    default -> true;
                  })
          .allMatch(entry -> latest(entry.getKey()) == entry.getValue());
    }

    private void apply() {
      if (!writes.isEmpty()) {
        commits++;
        writes.forEach(
            (key, value) ->
                versions.computeIfAbsent(key, none -> new TreeMap<>()).put(commits, value));
      }
    }
  }

  private long latest(String key) {
    TreeMap<Long, String> all = versions.getOrDefault(key, new TreeMap<>());
    return all.isEmpty() ? -1 : all.lastKey();
  }
}
