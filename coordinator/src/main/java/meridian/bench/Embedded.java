package meridian.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import meridian.dev.DevCluster;
import meridian.dev.DevPlan;
import meridian.model.ShardId;
import meridian.paxos.FastPath;
import meridian.runtime.Meters;
import meridian.runtime.NodeDriver;
import meridian.runtime.RegionMatrix;
import meridian.server.BadConfig;
import meridian.server.ClusterFile;

/// A cluster in this process, with its files in a folder that is gone afterwards.
final class Embedded implements Target {
  private static final long LEADERS_MILLIS = 30_000;

  private final Path folder;
  private final DevCluster cluster;

  private Embedded(Path folder, DevCluster cluster) {
    this.folder = folder;
    this.cluster = cluster;
  }

  /// Starts it and waits until every shard has a leader.
  ///
  /// @param parent where the folder is made
  /// @param delays between regions, if any
  static Embedded start(Layout layout, Path parent, Optional<RegionMatrix> delays)
      throws Trouble, IOException, InterruptedException {
    Path folder = Files.createTempDirectory(parent, "meridian-");
    Optional<DevCluster> started = Optional.empty();
    try {
      ClusterFile file = ClusterFile.read(layout.write(folder, Folders.freePorts(layout.nodes())));
      DevCluster cluster =
          DevCluster.start(new DevPlan(file, folder, delays, FastPath.OFF), NodeDriver.HALT);
      started = Optional.of(cluster);
      List<ShardId> without = cluster.awaitLeaders(LEADERS_MILLIS);
      if (!without.isEmpty()) {
        throw new Trouble("nobody leads " + without);
      }
      return new Embedded(folder, cluster);
    } catch (BadConfig wrong) {
      throw new Trouble("our own cluster file is wrong: " + wrong.complaints(), wrong);
    } catch (Trouble | IOException | InterruptedException | RuntimeException failure) {
      started.ifPresent(DevCluster::close);
      Folders.delete(folder);
      throw failure;
    }
  }

  @Override
  public List<String> endpoints() {
    return cluster.members().stream().map(member -> member.host() + ":" + member.port()).toList();
  }

  @Override
  public List<Meters.Snapshot> meters() {
    return cluster.nodes().stream().map(node -> node.server().counters()).toList();
  }

  @Override
  public List<ProcessHandle> processes() {
    return List.of();
  }

  @Override
  public void close() {
    cluster.close();
    Folders.delete(folder);
  }
}
