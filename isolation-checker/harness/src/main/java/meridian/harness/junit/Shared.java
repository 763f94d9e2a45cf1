package meridian.harness.junit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import meridian.client.Batch;
import meridian.client.Database;
import meridian.client.Meridian;
import meridian.harness.cluster.LocalCluster;
import meridian.model.KeyRange;
import meridian.txn.Entry;

/// The cluster of a test class, with its files in a folder that is gone afterwards.
///
/// @param cleaner what empties the store, unrecorded
record Shared(LocalCluster cluster, Database cleaner, Path folder) implements AutoCloseable {
  private static final int ROWS = 500;

  static Shared start(int nodes) {
    try {
      Path folder = Files.createTempDirectory("meridian-test-");
      LocalCluster cluster = LocalCluster.start(folder, nodes);
      return new Shared(cluster, Meridian.connect(cluster.endpoints()), folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the cluster was starting", interrupted);
    }
  }

  /// Takes away all that earlier tests have left.
  void empty() {
    List<Entry> rows = cleaner.scan(KeyRange.ALL).limit(ROWS).list();
    while (!rows.isEmpty()) {
      Batch batch = new Batch();
      rows.forEach(row -> batch.delete(row.key()));
      cleaner.batch(batch);
      rows = cleaner.scan(KeyRange.ALL).limit(ROWS).list();
    }
  }

  @Override
  public void close() throws IOException {
    cleaner.close();
    cluster.close();
    delete(folder);
  }

  /// Takes a folder away with all that is in it.
  static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
