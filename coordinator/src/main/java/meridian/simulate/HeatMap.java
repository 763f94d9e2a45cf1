package meridian.simulate;

import java.util.List;
import java.util.Locale;

/// Latencies as an SVG picture: a line a coordinator's region, a column a number of participants
/// and replicas, the redder the further from the bound.
final class HeatMap {
  private static final int CELL_WIDTH = 84;
  private static final int CELL_HEIGHT = 30;
  private static final int LEFT = 110;
  private static final int TOP = 62;

  /// At this ratio a cell is as red as it gets.
  private static final double WORST = 1.5;

  private HeatMap() {}

  /// Of the rows of kind `commit`: the median over the bound with the present leader.
  static String svg(List<Latency.Row> rows) {
    List<Latency.Row> commits = rows.stream().filter(r -> r.kind().equals("commit")).toList();
    List<String> regions = commits.stream().map(Latency.Row::coordinator).distinct().toList();
    List<String> columns = commits.stream().map(HeatMap::column).distinct().toList();
    StringBuilder out = new StringBuilder();
    int width = LEFT + CELL_WIDTH * columns.size() + 10;
    int height = TOP + CELL_HEIGHT * regions.size() + 10;
    out.append(
        String.format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " font-family=\"sans-serif\" font-size=\"12\">%n",
            width, height));
    text(out, 8, 18, "start", "commit latency: median / bound with the present leader (median ms)");
    for (int i = 0; i < columns.size(); i++) {
      text(out, LEFT + CELL_WIDTH * i + CELL_WIDTH / 2, TOP - 10, "middle", columns.get(i));
    }
    for (int i = 0; i < regions.size(); i++) {
      text(out, LEFT - 8, TOP + CELL_HEIGHT * i + 20, "end", regions.get(i));
    }
    for (Latency.Row row : commits) {
      int x = LEFT + CELL_WIDTH * columns.indexOf(column(row));
      int y = TOP + CELL_HEIGHT * regions.indexOf(row.coordinator());
      out.append(
          String.format(
              "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n",
              x, y, CELL_WIDTH - 2, CELL_HEIGHT - 2, colour(row.medianOverBoundLeader())));
      String label =
          String.format(
              Locale.ROOT, "%.2f (%.0f)", row.medianOverBoundLeader(), row.medianMillis());
      text(out, x + CELL_WIDTH / 2 - 1, y + 19, "middle", label);
    }
    return out.append("</svg>\n").toString();
  }

  private static String column(Latency.Row row) {
    return row.participants() + " of " + row.replicas();
  }

  /// From green, at the bound, to red.
  private static String colour(double ratio) {
    double badness = Math.clamp((ratio - 1) / (WORST - 1), 0, 1);
    return String.format(Locale.ROOT, "hsl(%.0f,70%%,70%%)", 120 * (1 - badness));
  }

  private static void text(StringBuilder out, int x, int y, String anchor, String text) {
    out.append(
        String.format(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, text));
  }
}
