package meridian.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The clusters that we start ourselves: each node in a region of its own, and shards that split
/// the alphabet, over which records spread evenly.
///
/// @param nodes 1 to 6, as many as there are regions whose distances are known
/// @param shards 1 to 26
record Layout(int nodes, int shards) {
  static final List<String> REGIONS =
      List.of("oregon", "belgium", "taiwan", "iowa", "montreal", "sydney");

  private static final int LETTERS = 26;

  Layout {
    if (nodes < 1 || nodes > REGIONS.size()) {
      throw new IllegalArgumentException("want 1 to " + REGIONS.size() + " processes");
    }
    if (shards < 1 || shards > LETTERS) {
      throw new IllegalArgumentException("want 1 to " + LETTERS + " shards");
    }
  }

  /// Writes the cluster file.
  ///
  /// @param ports one for each node
  Path write(Path folder, List<Integer> ports) throws IOException {
    StringBuilder text = new StringBuilder("cluster: bench\nnodes:\n");
    for (int node = 0; node < nodes; node++) {
      text.append(
          "  - {id: %d, region: %s, host: 127.0.0.1, port: %d}\n"
              .formatted(node + 1, REGIONS.get(node), ports.get(node)));
    }
    String splits =
        IntStream.range(1, shards)
            .mapToObj(shard -> String.valueOf((char) ('a' + LETTERS * shard / shards)))
            .collect(Collectors.joining(", "));
    text.append(splits.isEmpty() ? "shards: {count: 1}\n" : "shards: {split: [" + splits + "]}\n");
    return Files.writeString(folder.resolve("cluster.yaml"), text);
  }
}
