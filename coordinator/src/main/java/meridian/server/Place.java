package meridian.server;

import java.nio.file.Path;

/// Where a piece of configuration stands: in a line of a file, or in a flag or an environment
/// variable, which have no lines.
///
/// @param line from 1 on; 0 where there are no lines
/// @param folder what relative paths there start from
record Place(String name, int line, Path folder) {
  @Override
  public String toString() {
    return line > 0 ? name + ":" + line : name;
  }
}
