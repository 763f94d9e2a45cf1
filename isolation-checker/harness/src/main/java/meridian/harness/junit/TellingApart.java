package meridian.harness.junit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Gives equal values that were written twice to a register names of their own.
///
/// A checker knows whose write a read saw by the value, and applications write the same value again
/// and again. Here the transactions are run through in the order of their commit timestamps, and
/// each read is taken to have seen the latest write. Where it returned something else there is no
/// telling, and nothing is renamed.
///
/// The result is the same history with one choice made of who wrote what was read. A level that
/// holds with one choice holds; one that does not may with another.
final class TellingApart {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OPS = "ops";
  private static final String READ = "read";
  private static final String WRITE = "write";
  private static final int HEX = 16;

  /// What a register holds: the value as it was recorded, and the name of the write.
  private record Held(JsonNode value, JsonNode name) {}

  private final List<ObjectNode> events = new ArrayList<>();
  private final Map<String, Held> state = new HashMap<>();

  /// Transactions of unknown outcome that nobody has been seen to read from yet.
  private final ArrayDeque<ObjectNode> doubtful = new ArrayDeque<>();

  /// Committed transactions without a timestamp: they have only read, as of those whose code threw.
  private final List<ObjectNode> timeless = new ArrayList<>();

  /// What they read, the values told apart.
  private final IdentityHashMap<ObjectNode, ArrayNode> timelessReads = new IdentityHashMap<>();

  private long names;

  private TellingApart(byte[] recording) throws IOException {
    for (String line : new String(recording, StandardCharsets.UTF_8).lines().toList()) {
      if (JSON.readTree(line) instanceof ObjectNode event) {
        events.add(event);
      }
    }
  }

  /// The history with its values told apart, if they can be.
  ///
  /// @param recording in Meridian's own format
  static Optional<byte[]> of(byte[] recording) throws IOException {
    TellingApart apart = new TellingApart(recording);
    return apart.run() ? Optional.of(apart.text()) : Optional.empty();
  }

  private byte[] text() throws IOException {
    StringBuilder text = new StringBuilder();
    for (ObjectNode event : events) {
      text.append(JSON.writeValueAsString(event)).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private boolean run() {
    List<ObjectNode> committed = new ArrayList<>();
    for (ObjectNode event : events) {
      switch (event.path("outcome").asText()) {
        case "committed" -> (event.has("ts") ? committed : timeless).add(event);
        case "unknown" -> doubtful.add(event);
        default -> name(event);
      }
    }
    committed.sort(
        Comparator.comparingLong(TellingApart::timestamp).thenComparing(TellingApart::onlyReads));
    placeTimeless(Long.MIN_VALUE);
    for (ObjectNode event : committed) {
      if (!replay(event)) {
        return false;
      }
      placeTimeless(event.path("invoke").asLong());
    }
    timelessReads.forEach((event, ops) -> event.set(OPS, ops));
    doubtful.forEach(this::name);
    return timelessReads.size() == timeless.size();
  }

  /// Notes of each transaction without a timestamp whether its reads are those of this moment. The
  /// latest moment counts that is not of a transaction which began when it had ended.
  private void placeTimeless(long invoked) {
    for (ObjectNode event : timeless) {
      if (invoked <= event.path("complete").asLong()) {
        ArrayNode ops = event.path(OPS).deepCopy();
        if (readAll(ops)) {
          timelessReads.put(event, ops);
        }
      }
    }
  }

  private boolean readAll(ArrayNode ops) {
    for (JsonNode op : ops) {
      if (!op.path(2).isArray() && !read((ArrayNode) op, Map.of())) {
        return false;
      }
    }
    return true;
  }

  private static long timestamp(ObjectNode event) {
    return Long.parseLong(event.path("ts").asText(), HEX);
  }

  private static boolean onlyReads(ObjectNode event) {
    for (JsonNode op : event.path(OPS)) {
      if (!op.path(0).asText().equals(READ)) {
        return false;
      }
    }
    return true;
  }

  /// Renames what a committed transaction wrote and read.
  ///
  /// @return whether its reads are those of this moment
  private boolean replay(ObjectNode event) {
    Map<String, Held> own = new HashMap<>();
    for (JsonNode op : event.path(OPS)) {
      String key = op.path(1).asText();
      if (isOf(op, WRITE)) {
        own.put(key, write((ArrayNode) op));
      } else if (isOf(op, READ) && !op.path(2).isArray() && !read((ArrayNode) op, own)) {
        return false;
      }
    }
    state.putAll(own);
    return true;
  }

  private static boolean isOf(JsonNode op, String kind) {
    return op.path(0).asText().equals(kind);
  }

  private boolean read(ArrayNode op, Map<String, Held> own) {
    String key = op.path(1).asText();
    JsonNode seen = op.path(2);
    Optional<Held> held =
        Optional.ofNullable(own.get(key)).or(() -> Optional.ofNullable(state.get(key)));
    boolean isSame = held.map(there -> there.value.equals(seen)).orElse(seen.isNull());
    if (!isSame && !own.containsKey(key) && happened(key, seen)) {
      held = Optional.ofNullable(state.get(key));
      isSame = true;
    }
    if (isSame) {
      held.ifPresent(there -> op.set(2, there.name));
    }
    return isSame;
  }

  /// Takes a doubtful transaction that wrote what was seen to have happened just before.
  private boolean happened(String key, JsonNode seen) {
    for (ObjectNode event : doubtful) {
      if (last(event, key).filter(seen::equals).isPresent()) {
        doubtful.remove(event);
        return replay(event);
      }
    }
    return false;
  }

  private static Optional<JsonNode> last(ObjectNode event, String key) {
    Optional<JsonNode> last = Optional.empty();
    for (JsonNode op : event.path(OPS)) {
      if (isOf(op, WRITE) && op.path(1).asText().equals(key)) {
        last = Optional.of(op.path(2));
      }
    }
    return last;
  }

  /// Renames what was written by a transaction whose reads nobody looks at.
  private Map<String, Held> name(ObjectNode event) {
    Map<String, Held> written = new HashMap<>();
    for (JsonNode op : event.path(OPS)) {
      if (isOf(op, WRITE)) {
        written.put(op.path(1).asText(), write((ArrayNode) op));
      }
    }
    return written;
  }

  private Held write(ArrayNode op) {
    JsonNode value = op.path(2);
    String shown = value.isNull() ? "nothing" : value.asText();
    JsonNode name = TextNode.valueOf(shown + " (write " + ++names + ")");
    op.set(2, name);
    return new Held(value, name);
  }
}
