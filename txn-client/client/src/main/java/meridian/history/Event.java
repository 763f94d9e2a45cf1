package meridian.history;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import meridian.model.Timestamp;
import meridian.model.TxnId;

/// One attempt at a transaction, from outside.
///
/// @param session who ran it; the attempts of one session follow one another
/// @param invokeMicros before anything of it could happen
/// @param completeMicros when its outcome was known; never, where that is unknown
/// @param ts its commit timestamp, if it has one
/// @param level the isolation that it asked for, such as `strict-serializable`
/// @param ops what it did, in its order; of an attempt that did not happen, what it tried
public record Event(
    int session,
    TxnId txn,
    long invokeMicros,
    OptionalLong completeMicros,
    Outcome outcome,
    Optional<Timestamp> ts,
    String level,
    List<Op> ops) {
  /// How it ended.
  public enum Outcome {
    COMMITTED("committed"),
    ABORTED("aborted"),
    UNKNOWN("unknown");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }
  }

  public Event {
    ops = List.copyOf(ops);
  }

  /// The event as one line of JSON, without its end.
  public String toJson() {
    var json = new JsonText(128 + 32 * ops.size());
    json.raw("{\"session\":").raw(session).raw(",\"txn\":").text(txn.toString());
    json.raw(",\"invoke\":").raw(invokeMicros).raw(",\"complete\":");
    completeMicros.ifPresentOrElse(json::raw, () -> json.raw("null"));
    json.raw(",\"outcome\":").text(outcome.word);
    ts.ifPresent(at -> json.raw(",\"ts\":").text(Long.toHexString(at.packed())));
    json.raw(",\"level\":").text(level).raw(",\"ops\":[");
    String separator = "";
    for (Op op : ops) {
      json.raw(separator);
      write(json, op);
      separator = ",";
    }
    return json.raw("]}").toString();
  }

  private static void write(JsonText json, Op op) {
    switch (op) {
      case Op.Read read -> json.raw("[\"read\",").text(read.key()).raw(",").value(read.value());
      case Op.Write write ->
          json.raw("[\"write\",").text(write.key()).raw(",").value(write.value());
      case Op.Append append ->
          json.raw("[\"append\",").text(append.key()).raw(",").value(Optional.of(append.value()));
      case Op.ReadList read -> {
        json.raw("[\"read\",").text(read.key()).raw(",[");
        String separator = "";
        for (String value : read.values()) {
          json.raw(separator).value(Optional.of(value));
          separator = ",";
        }
        json.raw("]");
      }
    }
    json.raw("]");
  }
}
