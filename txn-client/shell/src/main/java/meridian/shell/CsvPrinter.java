package meridian.shell;

import java.io.PrintWriter;
import java.util.stream.Collectors;

/// The rows of each command that has any, below a line of names, as RFC 4180 has it.
final class CsvPrinter implements Printer {
  private final PrintWriter out;
  private final PrintWriter err;

  CsvPrinter(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public void print(Reply reply, boolean isTiming) {
    if (!reply.table().columns().isEmpty()) {
      out.println(String.join(",", reply.table().columns()));
      reply
          .table()
          .rows()
          .forEach(
              row ->
                  out.println(
                      row.stream()
                          .map(cell -> cell.map(CsvPrinter::field).orElse(""))
                          .collect(Collectors.joining(","))));
    }
    out.flush();
  }

  @Override
  public void print(Failure failure, String where) {
    err.println("error: " + where + failure.message());
    err.flush();
  }

  /// An empty text is told from no value by its quotes.
  private static String field(String text) {
    boolean needsQuotes =
        text.isEmpty()
            || text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return needsQuotes ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
