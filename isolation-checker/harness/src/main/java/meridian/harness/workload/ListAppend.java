package meridian.harness.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import meridian.checker.Level;

/// Appends to lists and reads them, a few in each transaction. A list shows the order of everything
/// that was ever appended to it, so that the checker needs no guess.
///
/// Its invariant: whatever two transactions read of one list, one is how the other begins; at the
/// end each element that was committed is there once, and none that was aborted.
final class ListAppend extends Workload {
  private static final int LISTS = 5;
  private static final int OPS_MAX = 4;

  /// A list that is full is left alone: what is read whole again and again must stay short.
  private static final int ELEMENTS_MAX = 50;

  private static final int LOOK_KEYS = 20;

  private final AtomicLong appends = new AtomicLong();
  private final Map<String, Tries.Fate> fates = new ConcurrentHashMap<>();
  private final Map<String, List<String>> longest = new TreeMap<>();

  ListAppend(Run run) {
    super(run);
  }

  private record Appended(String key, String element) {}

  private record Seen(String key, List<String> elements) {}

  /// What one attempt did.
  private record Notes(List<Appended> appended, List<Seen> seen) {
    Notes() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  @Override
  public String name() {
    return "list-append";
  }

  @Override
  public String about() {
    return "lists that are appended to and read: lost, doubled and aborted elements, any cycle";
  }

  @Override
  public Client client(Random random) {
    return store -> {
      int ops = 1 + random.nextInt(OPS_MAX);
      Tries.transact(
          store,
          Notes::new,
          (txn, notes) -> {
            for (int i = 0; i < ops; i++) {
              touch(random, txn, notes);
            }
          },
          this::ended);
    };
  }

  private void touch(Random random, Txn txn, Notes notes) {
    long generation = appends.get() / (LISTS * ELEMENTS_MAX);
    String key = key(generation * LISTS + random.nextInt(LISTS));
    if (random.nextBoolean()) {
      String element = String.valueOf(run().unique());
      appends.incrementAndGet();
      notes.appended.add(new Appended(key, element));
      txn.append(key, element);
    } else {
      notes.seen.add(new Seen(key, txn.readList(key)));
    }
  }

  private String key(long number) {
    return run().key("list", number);
  }

  private void ended(Notes notes, Tries.Fate fate) {
    notes.appended.forEach(append -> fates.put(append.element, fate));
    if (fate == Tries.Fate.COMMITTED) {
      notes.seen.forEach(this::compare);
    }
  }

  private void compare(Seen seen) {
    synchronized (longest) {
      List<String> known = longest.getOrDefault(seen.key, List.of());
      boolean isLonger = seen.elements.size() > known.size();
      List<String> shorter = isLonger ? known : seen.elements;
      List<String> longer = isLonger ? seen.elements : known;
      if (!longer.subList(0, shorter.size()).equals(shorter)) {
        findings()
            .add(
                Level.READ_COMMITTED, "%s was %s and also %s".formatted(seen.key, shorter, longer));
      }
      longest.put(seen.key, longer);
    }
  }

  @Override
  void look(Store last) {
    long end = (appends.get() / (LISTS * ELEMENTS_MAX) + 1) * LISTS;
    for (long from = 0; from < end; from += LOOK_KEYS) {
      long first = from;
      Optional<List<Seen>> all =
          lookAt(last, "the lists", txn -> readAll(txn, first, Math.min(end, first + LOOK_KEYS)));
      if (all.isEmpty()) {
        return;
      }
      all.get().forEach(this::compare);
      all.get().forEach(this::inspect);
    }
    fates.forEach(
        (element, fate) -> {
          if (fate == Tries.Fate.COMMITTED) {
            findings()
                .add(Level.STRONG_SNAPSHOT, "%s was appended and is not there".formatted(element));
          }
        });
  }

  private List<Seen> readAll(Txn txn, long from, long end) {
    return LongStream.range(from, end)
        .mapToObj(this::key)
        .map(key -> new Seen(key, txn.readList(key)))
        .toList();
  }

  /// Strikes out what is there.
  private void inspect(Seen list) {
    for (String element : list.elements) {
      Tries.Fate fate = fates.remove(element);
      if (fate == null) {
        findings()
            .add(
                Level.READ_COMMITTED,
                "%s is in %s, where nobody put it or twice".formatted(element, list.key));
      } else if (fate == Tries.Fate.ABORTED) {
        findings()
            .add(Level.READ_COMMITTED, "%s is in %s, and aborted".formatted(element, list.key));
      }
    }
  }
}
