package meridian.harness.torture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Turns a recording into Jepsen histories, as Elle reads them: `history.edn` with all that was
/// done to lists, for `list-append`, or where there are none, with all that was done to registers,
/// for `rw-register`. Where there are both, the latter are in `history-registers.edn`: Elle knows
/// no history of both.
final class JepsenExport {
  private static final ObjectReader JSON = new ObjectMapper().reader();
  private static final long NANOS_PER_MICRO = 1_000;

  /// A transaction, as far as it is about keys of one kind.
  ///
  /// @param complete nothing if nobody told how it ended
  private record Txn(
      long session, long invoke, Optional<Long> complete, String type, List<JsonNode> ops) {}

  /// An end of a transaction, at its place in the file.
  private record Entry(long micros, boolean isInvoke, Txn txn) {}

  private JepsenExport() {}

  /// Writes the histories.
  ///
  /// @param recording in Meridian's own format
  static void write(Path recording, Path folder) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    try (Stream<String> lines = Files.lines(recording)) {
      for (String line : (Iterable<String>) lines::iterator) {
        events.add(JSON.readTree(line));
      }
    }
    Set<String> lists = lists(events);
    Path main = folder.resolve("history.edn");
    if (!lists.isEmpty()) {
      write(transactions(events, lists::contains), main);
    }
    List<Txn> registers = transactions(events, key -> !lists.contains(key));
    if (lists.isEmpty()) {
      write(registers, main);
    } else if (!registers.isEmpty()) {
      write(registers, folder.resolve("history-registers.edn"));
    }
  }

  /// The keys that were used as lists.
  private static Set<String> lists(List<JsonNode> events) {
    Set<String> lists = new HashSet<>();
    for (JsonNode event : events) {
      for (JsonNode op : event.path("ops")) {
        if (op.path(0).asText().equals("append") || op.path(2).isArray()) {
          lists.add(op.path(1).asText());
        }
      }
    }
    return lists;
  }

  private static List<Txn> transactions(List<JsonNode> events, Predicate<String> keys) {
    List<Txn> found = new ArrayList<>();
    for (JsonNode event : events) {
      List<JsonNode> ops = new ArrayList<>();
      event.path("ops").forEach(op -> ops.add(op));
      ops.removeIf(op -> !keys.test(op.path(1).asText()));
      if (!ops.isEmpty()) {
        found.add(
            new Txn(
                event.path("session").asLong(),
                event.path("invoke").asLong(),
                event.path("complete").isNumber()
                    ? Optional.of(event.path("complete").asLong())
                    : Optional.empty(),
                type(event.path("outcome").asText()),
                ops));
      }
    }
    return found;
  }

  private static String type(String outcome) {
    return switch (outcome) {
      case "committed" -> "ok";
      case "aborted" -> "fail";
      default -> "info";
    };
  }

  /// Elle takes the order of the file for that of real time. What has the same time is concurrent,
  /// hence begins before it ends. What nobody told the end of never ends: its `:info` is last.
  private static void write(List<Txn> transactions, Path file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Txn txn : transactions) {
      entries.add(new Entry(txn.invoke, true, txn));
      entries.add(new Entry(txn.complete.orElse(Long.MAX_VALUE), false, txn));
    }
    entries.sort(
        Comparator.comparingLong(Entry::micros)
            .thenComparing(Entry::isInvoke, Comparator.reverseOrder()));
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      new Writer(out).write(entries);
    }
  }

  /// Writes operations, and knows who is busy.
  private static final class Writer {
    private final BufferedWriter out;

    /// By session: the process that stands for it. A process that is busy, as one is forever after
    /// an `:info`, is replaced.
    private final Map<Long, Integer> processes = new HashMap<>();

    private final Set<Integer> busy = new HashSet<>();
    private final Map<Txn, Integer> pending = new HashMap<>();
    private int processesMade;
    private long index;

    Writer(BufferedWriter out) {
      this.out = out;
    }

    void write(List<Entry> entries) throws IOException {
      long begun = entries.isEmpty() ? 0 : entries.getFirst().micros;
      long last = begun;
      for (Entry entry : entries) {
        last = entry.micros == Long.MAX_VALUE ? last : entry.micros;
        int process = entry.isInvoke ? begin(entry.txn) : end(entry.txn);
        String type = entry.isInvoke ? "invoke" : entry.txn.type;
        out.write(
            "{:index %d, :type :%s, :process %d, :time %d, :f :txn, :value ["
                .formatted(index++, type, process, (last - begun) * NANOS_PER_MICRO));
        String separator = "";
        for (JsonNode op : entry.txn.ops) {
          out.write(separator + edn(op, type.equals("ok")));
          separator = " ";
        }
        out.write("]}\n");
      }
    }

    private int begin(Txn txn) {
      int process = processes.computeIfAbsent(txn.session, session -> processesMade++);
      if (!busy.add(process)) {
        process = processesMade++;
        processes.put(txn.session, process);
        busy.add(process);
      }
      pending.put(txn, process);
      return process;
    }

    private int end(Txn txn) {
      int process = Objects.requireNonNull(pending.remove(txn), "it ended before it began");
      if (!txn.type.equals("info")) {
        busy.remove(process);
      }
      return process;
    }
  }

  /// One micro-operation. What was read is known where the transaction committed.
  private static String edn(JsonNode op, boolean isKnown) {
    String key = op.path(1).toString();
    return switch (op.path(0).asText()) {
      case "append" -> "[:append " + key + " " + edn(op.path(2)) + "]";
      case "write" -> "[:w " + key + " " + edn(op.path(2)) + "]";
      default -> "[:r " + key + " " + (isKnown ? edn(op.path(2)) : "nil") + "]";
    };
  }

  private static String edn(JsonNode value) {
    if (value.isEmpty() && value.isContainerNode()) {
      return "nil"; // as Jepsen's own workloads read a list that nobody has appended to
    }
    if (value.isArray()) {
      List<String> elements = new ArrayList<>();
      value.forEach(element -> elements.add(edn(element)));
      return "[" + String.join(" ", elements) + "]";
    }
    return value.isNull() ? "nil" : value.toString();
  }
}
