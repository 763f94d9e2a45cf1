package meridian.shell;

import java.util.List;
import java.util.Optional;

/// What a command has to show.
///
/// @param columns their names, in small letters
/// @param rows a cell for each column; an empty one shows nothing
/// @param line what people are shown in place of the rows, if there is a shorter way to say it
public record Table(
    List<String> columns, List<List<Optional<String>>> rows, Optional<String> line) {
  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<Optional<String>> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException("a row of " + row.size() + " under " + columns);
      }
    }
  }

  /// Rows of texts.
  public static Table of(List<String> columns, List<List<String>> rows) {
    List<List<Optional<String>>> cells =
        rows.stream().map(row -> row.stream().map(Optional::of).toList()).toList();
    return new Table(columns, cells, Optional.empty());
  }

  /// A line for people, and no rows.
  public static Table line(String line) {
    return new Table(List.of(), List.of(), Optional.of(line));
  }

  /// Nothing to show.
  public static Table nothing() {
    return new Table(List.of(), List.of(), Optional.empty());
  }
}
