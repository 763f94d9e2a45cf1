package meridian.shell;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import meridian.client.Result;

/// For people.
final class TablePrinter implements Printer {
  /// Wider cells are cut, in this format only.
  private static final int CELL_WIDTH_MAX = 60;

  private static final double MICROS_PER_MILLI = 1_000.0;

  private final PrintWriter out;
  private final PrintWriter err;
  private final Style style;

  TablePrinter(PrintWriter out, PrintWriter err, Style style) {
    this.out = out;
    this.err = err;
    this.style = style;
  }

  @Override
  public void print(Reply reply, boolean isTiming) {
    Table table = reply.table();
    if (table.line().isPresent()) {
      out.println(table.line().get());
    } else if (!table.columns().isEmpty()) {
      printRows(table);
    }
    if (isTiming) {
      reply.cost().ifPresent(cost -> out.println(style.faint(line(cost, reply.howRead()))));
    }
    out.flush();
  }

  @Override
  public void print(Failure failure, String where) {
    err.println(style.red("error: ") + where + failure.message());
    err.flush();
  }

  private void printRows(Table table) {
    List<List<String>> rows =
        table.rows().stream().map(row -> row.stream().map(TablePrinter::cell).toList()).toList();
    int[] widths = new int[table.columns().size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = table.columns().get(i).length();
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    out.println(style.bold(padded(table.columns(), widths)));
    rows.forEach(row -> out.println(padded(row, widths)));
    out.println(style.faint("(" + rows.size() + (rows.size() == 1 ? " row)" : " rows)")));
  }

  private static String padded(List<String> cells, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(cells.get(i));
      line.append(" ".repeat(widths[i] - cells.get(i).length() + 2));
    }
    return line.toString().stripTrailing();
  }

  private static String cell(Optional<String> content) {
    String text = content.orElse("").replace("\n", "\\n").replace("\t", "\\t");
    return text.length() <= CELL_WIDTH_MAX
        ? text
        : text.substring(0, CELL_WIDTH_MAX) + "...(" + text.length() + ")";
  }

  private static String line(Result<?> cost, String read) {
    String when = cost.commitTimestamp().map(ts -> "committed at " + ts).orElse(read);
    String shards = cost.shards().stream().map(Object::toString).collect(Collectors.joining(","));
    String regions = cost.regions().stream().map(Object::toString).collect(Collectors.joining(","));
    return "%s; %d attempt%s; shards %s%s; %.1f ms"
        .formatted(
            when,
            cost.attempts(),
            cost.attempts() == 1 ? "" : "s",
            shards.isEmpty() ? "none" : shards,
            regions.isEmpty() ? "" : " via " + regions,
            cost.elapsed().toNanos() / MICROS_PER_MILLI / MICROS_PER_MILLI);
  }
}
