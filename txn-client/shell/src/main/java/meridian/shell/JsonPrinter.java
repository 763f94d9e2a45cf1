package meridian.shell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import meridian.client.Result;

/// One object a line for each command, errors included, all on the output.
final class JsonPrinter implements Printer {
  private static final double NANOS_PER_MILLI = 1_000_000.0;

  private final PrintWriter out;
  private final ObjectMapper mapper = new ObjectMapper();

  JsonPrinter(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void print(Reply reply, boolean isTiming) {
    var object = new LinkedHashMap<String, Object>();
    object.put("command", reply.command());
    Table table = reply.table();
    if (!table.columns().isEmpty()) {
      object.put("rows", table.rows().stream().map(row -> row(table.columns(), row)).toList());
    } else {
      table.line().ifPresent(line -> object.put("message", line));
    }
    if (isTiming) {
      reply.cost().ifPresent(cost -> object.put("transaction", transaction(cost)));
    }
    println(object);
  }

  @Override
  public void print(Failure failure, String where) {
    var error = new LinkedHashMap<String, Object>();
    error.put("kind", failure.kind());
    error.put("message", where + failure.message());
    failure.key().ifPresent(key -> error.put("key", Text.of(key)));
    failure.holder().ifPresent(holder -> error.put("holder", holder.toString()));
    failure.token().ifPresent(token -> error.put("token", token));
    println(Map.of("error", error));
  }

  private static Map<String, Object> row(List<String> columns, List<Optional<String>> cells) {
    var row = new LinkedHashMap<String, Object>();
    for (int i = 0; i < columns.size(); i++) {
      String column = columns.get(i);
      cells.get(i).ifPresent(cell -> row.put(column, cell));
    }
    return row;
  }

  private static Map<String, Object> transaction(Result<?> cost) {
    var transaction = new LinkedHashMap<String, Object>();
    transaction.put("id", cost.txn().toString());
    cost.commitTimestamp().ifPresent(ts -> transaction.put("committed", ts.toString()));
    transaction.put("attempts", cost.attempts());
    var shards = new ArrayList<Integer>();
    cost.shards().forEach(shard -> shards.add(shard.number()));
    transaction.put("shards", shards);
    transaction.put("regions", cost.regions().stream().map(Object::toString).toList());
    transaction.put("millis", cost.elapsed().toNanos() / NANOS_PER_MILLI);
    return transaction;
  }

  private void println(Map<String, Object> object) {
    try {
      out.println(mapper.writeValueAsString(object));
      out.flush();
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
