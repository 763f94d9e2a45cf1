package meridian.checker.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import meridian.checker.Anomaly;
import meridian.checker.Edge;
import meridian.checker.Evidence;
import meridian.checker.History;
import meridian.checker.Level;
import meridian.checker.Report;
import meridian.checker.Rule;
import meridian.checker.Verdict;

/// A report as one page of HTML that needs nothing else: the levels as a lattice, and for each
/// level that is violated in its own right the anomaly, its cycle drawn, the reads that prove each
/// edge, and the sessions around it. Light or dark as the reader's screen is.
final class HtmlReport {
  /// How many cycles of a proof by cases are drawn; the certificate has them all.
  private static final int CYCLES_SHOWN = 6;

  private final Report report;
  private final History history;
  private final StringBuilder page = new StringBuilder();

  private HtmlReport(Report report) {
    this.report = report;
    this.history = report.history();
  }

  static String of(String file, String format, Report report) {
    return new HtmlReport(report).page(file, format);
  }

  private String page(String file, String format) {
    page.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Isolation of ")
        .append(escaped(file))
        .append("</title><meta name=\"viewport\" content=\"width=device-width\"><style>")
        .append(STYLE)
        .append("</style><main><h1>Which isolation levels does this history satisfy?</h1><p>")
        .append("<code>")
        .append(escaped(file))
        .append("</code>: ")
        .append(format)
        .append(
            String.format(
                Locale.ROOT,
                ", %,d transactions, %,d operations.",
                history.transactions(),
                history.operations()))
        .append("</p>");
    summary();
    lattice();
    for (var level : Level.weakestFirst()) {
      if (report.verdict(level) instanceof Verdict.Violated(var evidence)
          && !(evidence instanceof Evidence.Weaker)) {
        violation(level, evidence);
      }
    }
    if (report.asked().orElse(new Verdict.Unknown("")) instanceof Verdict.Violated(var evidence)) {
      page.append("<section><h2>As each transaction asked: ")
          .append(escaped(Anomaly.ofAsked(report).orElse("violated")))
          .append("</h2><p class=\"definition\">No one execution gives each transaction the level")
          .append(" that it named.</p>");
      evidence(report.explainAsked(), evidence);
      page.append("</section>");
    }
    definitions();
    return page.append("</main></html>\n").toString();
  }

  private void summary() {
    page.append("<p class=\"summary\">The strongest that holds: <b>")
        .append(labels(report.strongest()))
        .append("</b>.");
    if (!report.weakestViolated().isEmpty()) {
      page.append(" The weakest that is violated: <b>")
          .append(labels(report.weakestViolated()))
          .append("</b>.");
    }
    report
        .asked()
        .ifPresent(
            verdict ->
                page.append(" What each transaction asked for: <b>")
                    .append(verdict.label())
                    .append("</b>."));
    page.append("</p>");
  }

  private static String labels(List<Level> levels) {
    return String.join(", ", levels.stream().map(Level::label).toList());
  }

  // The lattice.

  private static final Map<Level, int[]> PLACES = places();

  private static Map<Level, int[]> places() {
    var places = new LinkedHashMap<Level, int[]>();
    places.put(Level.STRICT_SERIALIZABLE, new int[] {1, 0});
    places.put(Level.SESSION_SERIALIZABLE, new int[] {0, 1});
    places.put(Level.STRONG_SNAPSHOT, new int[] {2, 1});
    places.put(Level.SERIALIZABLE, new int[] {0, 2});
    places.put(Level.SESSION_SNAPSHOT, new int[] {2, 2});
    places.put(Level.SNAPSHOT, new int[] {1, 3});
    places.put(Level.PARALLEL_SNAPSHOT, new int[] {1, 4});
    places.put(Level.CAUSAL, new int[] {2, 4});
    places.put(Level.READ_ATOMIC, new int[] {1, 5});
    places.put(Level.READ_COMMITTED, new int[] {1, 6});
    places.put(Level.READ_UNCOMMITTED, new int[] {1, 7});
    return places;
  }

  private void lattice() {
    page.append("<svg class=\"lattice\" viewBox=\"0 0 640 480\" role=\"img\" ")
        .append("aria-label=\"The levels; stronger ones above those that they imply\">");
    PLACES.forEach(
        (level, at) -> {
          for (var weaker : level.covers()) {
            var to = PLACES.getOrDefault(weaker, at);
            page.append(
                String.format(
                    Locale.ROOT,
                    "<path class=\"implies\" d=\"M%d %dL%d %d\"/>",
                    110 + at[0] * 210,
                    45 + at[1] * 60,
                    110 + to[0] * 210,
                    15 + to[1] * 60));
          }
        });
    PLACES.forEach(
        (level, at) ->
            page.append(
                String.format(
                    Locale.ROOT,
                    "<g class=\"%s\"><rect x=\"%d\" y=\"%d\" width=\"200\" height=\"30\" rx=\"6\"/>"
                        + "<text x=\"%d\" y=\"%d\">%s: %s</text></g>",
                    report.verdict(level).label(),
                    10 + at[0] * 210,
                    15 + at[1] * 60,
                    110 + at[0] * 210,
                    35 + at[1] * 60,
                    level.label(),
                    report.verdict(level).label())));
    page.append("</svg>");
  }

  // Violations.

  private void violation(Level level, Evidence evidence) {
    page.append("<section><h2>")
        .append(level.label())
        .append(": ")
        .append(escaped(Anomaly.of(report, level).orElse("violated")))
        .append("</h2><p class=\"definition\">")
        .append(escaped(level.definition()))
        .append("</p>");
    evidence(report.explain(level), evidence);
    page.append("</section>");
  }

  private void evidence(String inWords, Evidence evidence) {
    switch (evidence) {
      case Evidence.BadRead(var read) -> {
        page.append("<p>").append(escaped(inWords)).append("</p>");
        var shown = new TreeSet<Integer>();
        shown.add(history.transactionOf(read.operation()));
        if (read.other() >= 0) {
          shown.add(history.transactionOf(read.other()));
        }
        timeline(shown);
      }
      case Evidence.Cycle(var edges) -> cycle(edges);
      case Evidence.Cases(var cycles, _) -> {
        page.append(
            "<p>The order of some writes is not known. Whatever it was, there is a cycle:</p>");
        for (var each : cycles.subList(0, Math.min(CYCLES_SHOWN, cycles.size()))) {
          page.append("<h3>");
          var choices = new ArrayList<String>();
          for (var choice : each.choices()) {
            choices.add(
                history.name(choice.first())
                    + " wrote "
                    + history.keyName(choice.key())
                    + " before "
                    + history.name(choice.second()));
          }
          page.append(
              choices.isEmpty() ? "In any case" : "If " + escaped(String.join(" and ", choices)));
          page.append("</h3>");
          cycle(each.cycle());
        }
        if (cycles.size() > CYCLES_SHOWN) {
          page.append("<p>And ")
              .append(cycles.size() - CYCLES_SHOWN)
              .append(" more cases, all in the certificate.</p>");
        }
      }
      case Evidence.AtLevel(_, var shown) -> evidence(inWords, shown);
      case Evidence.Writers _, Evidence.Weaker _ ->
          page.append("<pre>").append(escaped(inWords)).append("</pre>");
    }
  }

  private void cycle(List<Edge> edges) {
    var txns = new LinkedHashSet<Integer>();
    edges.forEach(edge -> txns.add(edge.from()));
    draw(edges, new ArrayList<>(txns));
    page.append("<ol>");
    for (var edge : edges) {
      page.append("<li><span class=\"rule\">")
          .append(edge.rule().label())
          .append("</span> ")
          .append(escaped(report.explain(edge)).replace("\n", "<br>"))
          .append("</li>");
    }
    page.append("</ol>");
    var shown = new TreeSet<>(txns);
    shown.remove(Edge.INITIAL_STATE);
    for (var edge : edges) {
      if (edge.rule() == Rule.ATOMIC || edge.rule() == Rule.CAUSAL) {
        shown.add(history.transactionOf(edge.operation()));
      }
    }
    timeline(shown);
  }

  /// Transactions on a circle, an arrow for each edge with its kind beside it.
  private void draw(List<Edge> edges, List<Integer> txns) {
    int n = txns.size();
    double radius = Math.max(90, 26 * n);
    double size = 2 * radius + 140;
    double height = n == 2 ? 150 : size;
    page.append(
        String.format(
            Locale.ROOT,
            "<svg class=\"cycle\" viewBox=\"0 0 %.0f %.0f\" style=\"max-width:%.0fpx\" role=\"img\""
                + " aria-label=\"The cycle\"><defs><marker id=\"arrow\" viewBox=\"0 0 8 8\""
                + " refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\""
                + " orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>",
            size,
            height,
            size));
    for (var edge : edges) {
      arrow(edge, txns, radius, size / 2, height / 2);
    }
    for (int i = 0; i < n; i++) {
      double x = size / 2 + radius * Math.cos(angle(i, n));
      double y = height / 2 + radius * Math.sin(angle(i, n));
      page.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"24\"/><text x=\"%.1f\" y=\"%.1f\">%s</text>",
              x,
              y,
              x,
              y + 4,
              escaped(name(txns.get(i)))));
    }
    page.append("</svg>");
  }

  /// The first on top and on, clockwise; two beside each other.
  private static double angle(int i, int n) {
    return 2 * Math.PI * i / n - (n == 2 ? Math.PI : Math.PI / 2);
  }

  private void arrow(Edge edge, List<Integer> txns, double radius, double middleX, double middleY) {
    int n = txns.size();
    double from = angle(txns.indexOf(edge.from()), n);
    double to = angle(txns.indexOf(edge.to()), n);
    double startX = middleX + radius * Math.cos(from);
    double startY = middleY + radius * Math.sin(from);
    double endX = middleX + radius * Math.cos(to);
    double endY = middleY + radius * Math.sin(to);
    double length = Math.hypot(endX - startX, endY - startY);
    double unitX = (endX - startX) / length;
    double unitY = (endY - startY) / length;
    // Bent to the left, so that two arrows between the same transactions lie apart.
    double bend = n == 2 ? 45 : 18;
    double bendX = (startX + endX) / 2 + unitY * bend;
    double bendY = (startY + endY) / 2 - unitX * bend;
    page.append(
        String.format(
            Locale.ROOT,
            "<path class=\"edge\" marker-end=\"url(#arrow)\" d=\"M%.1f %.1fQ%.1f %.1f %.1f %.1f\"/>"
                + "<text class=\"rule\" x=\"%.1f\" y=\"%.1f\">%s</text>",
            startX + unitX * 24,
            startY + unitY * 24,
            bendX,
            bendY,
            endX - unitX * 26,
            endY - unitY * 26,
            bendX,
            bendY + 4,
            edge.rule().label()));
  }

  /// What the sessions of some transactions did just before and after.
  private void timeline(Set<Integer> txns) {
    page.append("<table><thead><tr><th>session</th><th>transactions, those above in bold</th></tr>")
        .append("</thead><tbody>");
    var sessions = new TreeSet<Integer>();
    txns.forEach(txn -> sessions.add(history.session(txn)));
    for (int session : sessions) {
      page.append("<tr><td>").append(escaped(history.sessionName(session))).append("</td><td>");
      for (int txn : around(session, txns)) {
        boolean marked = txns.contains(txn);
        page.append(marked ? "<div class=\"txn marked\">" : "<div class=\"txn\">")
            .append(escaped(text(txn)))
            .append("</div>");
      }
      page.append("</td></tr>");
    }
    page.append("</tbody></table>");
  }

  private List<Integer> around(int session, Set<Integer> txns) {
    var all = new ArrayList<Integer>();
    for (int txn = 0; txn < history.transactions(); txn++) {
      if (history.session(txn) == session) {
        all.add(txn);
      }
    }
    var near = new ArrayList<Integer>();
    for (int i = 0; i < all.size(); i++) {
      boolean close = false;
      for (int j = Math.max(0, i - 1); j <= Math.min(all.size() - 1, i + 1); j++) {
        close |= txns.contains(all.get(j));
      }
      if (close) {
        near.add(all.get(i));
      }
    }
    return near;
  }

  private String text(int txn) {
    var operations = new ArrayList<String>();
    for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
      var text = history.text(op);
      operations.add(text.length() > 120 ? text.substring(0, 110) + " ..." : text);
    }
    return history.name(txn)
        + " ("
        + history.outcome(txn).name().toLowerCase(Locale.ROOT)
        + "): "
        + String.join("; ", operations);
  }

  private String name(int txn) {
    return txn < 0 ? "initial" : history.name(txn);
  }

  private void definitions() {
    page.append("<h2>What was checked</h2><dl>");
    JsonReport.definitions(report)
        .forEach(
            (name, choice) ->
                page.append("<dt>")
                    .append(name)
                    .append("</dt><dd>")
                    .append(escaped(choice.toString()))
                    .append("</dd>"));
    for (var level : Level.weakestFirst()) {
      page.append("<dt>")
          .append(level.label())
          .append("</dt><dd>")
          .append(escaped(level.definition()))
          .append(" <i>")
          .append(escaped(level.source()))
          .append("</i></dd>");
    }
    page.append("</dl>");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static final String STYLE =
      """
      :root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#667;--line:#c8ccd4;--card:#f5f6f8;
      --good:#d5f0dc;--bad:#fbd9d7;--open:#ece6c8;--edge:#b3261e}
      @media(prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e6e8eb;--dim:#9aa3ad;--line:#3a414b;
      --card:#1d2127;--good:#1d4a2c;--bad:#5c2320;--open:#4d4520;--edge:#ff8a80}}
      body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
      main{max-width:56rem;margin:auto;padding:1.5rem}
      h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem}
      .definition,dd i{color:var(--dim)}svg{display:block;width:100%;height:auto;margin:1rem 0}
      .lattice{max-width:640px}svg text{font-size:12px;text-anchor:middle;fill:var(--fg)}
      .implies{stroke:var(--line);fill:none}rect{stroke:var(--line)}
      .holds rect{fill:var(--good)}.violated rect{fill:var(--bad)}.unknown rect{fill:var(--open)}
      circle{fill:var(--card);stroke:var(--fg)}.edge{stroke:var(--edge);fill:none;stroke-width:1.6}
      marker path{fill:var(--edge)}text.rule{fill:var(--edge);font-weight:600;stroke:var(--bg);
      stroke-width:4;paint-order:stroke}
      span.rule{display:inline-block;min-width:4.5rem;color:var(--edge);font-weight:600}
      table{border-collapse:collapse;width:100%;font-size:.9rem}
      td,th{border-top:1px solid var(--line);padding:.4rem;text-align:left;vertical-align:top}
      .txn{color:var(--dim);overflow-wrap:anywhere}.marked{color:var(--fg);font-weight:600}
      dt{font-weight:600;margin-top:.6rem}dd{margin-left:1rem}pre{white-space:pre-wrap}
      """;
}
