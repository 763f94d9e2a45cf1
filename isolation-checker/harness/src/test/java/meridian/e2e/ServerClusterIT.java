package meridian.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import meridian.checker.Level;
import meridian.checker.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// Three servers and a coordinator, real processes all, that are killed, stopped and started again while
/// clients go on.
@Timeout(240)
class ServerClusterIT {
  private static final int FAULTS = 8;
  private static final int CLIENTS = 3;
  private static final int COMMITS_LEAST = 200;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void keepsEveryPromiseWhileNodesAndCoordinatorsAreKilledAndStopped() throws Exception {
    long seed = Long.getLong("meridian.seed", System.nanoTime() % 1_000_000);
    System.out.println("seed " + seed + ", files in " + folder);
    Random random = new Random(seed);
    try (ServerCluster cluster = ServerCluster.start(folder);
        Clients clients = new Clients(folder)) {
      clients.open(cluster.addresses(1));
      for (int i = 0; i < CLIENTS; i++) {
        clients.start(cluster.addresses(1 + (i + 3) % 4), random.nextLong());
      }
      for (int i = 0; i < FAULTS; i++) {
        int before = clients.committed.get();
        Fault.of(i, random).strike(cluster, random);
        awaitCommits(clients, before + 10);
      }
      clients.finish(cluster.addresses(1));
      System.out.println(
          "committed %d, aborted %d, unknown %d"
              .formatted(
                  clients.committed.get(), clients.aborted.get(), clients.unknown.get()));
      assertTrue(clients.committed.get() >= COMMITS_LEAST, "only so many commits");
      Report report = clients.check();
      assertTrue(
          report.holds(Level.STRICT_SERIALIZABLE),
          () -> "seed " + seed + ": " + report.explain(Level.STRICT_SERIALIZABLE));
    }
  }

  /// Work goes on while a node is down, or soon after.
  private static void awaitCommits(Clients clients, int most) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (clients.committed.get() < most) {
      assertTrue(System.nanoTime() < end, "nothing commits any more after a fault");
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /// What happens to a process.
  private enum Fault {
    KILL_NODE {
      @Override
      void strike(ServerCluster cluster, Random random) throws Exception {
        int node = 1 + random.nextInt(ServerCluster.NODES);
        System.out.println("kill -9 n" + node);
        cluster.processes().kill(ServerCluster.name(node));
        pause(random);
        cluster.startNode(node);
      }
    },
    KILL_COORDINATOR {
      @Override
      void strike(ServerCluster cluster, Random random) throws Exception {
        System.out.println("kill -9 coordinator");
        cluster.processes().kill(ServerCluster.COORDINATOR);
        pause(random);
        cluster.startCoordinator();
      }
    },
    STOP_NODE {
      @Override
      void strike(ServerCluster cluster, Random random) throws Exception {
        String node = ServerCluster.name(1 + random.nextInt(ServerCluster.NODES));
        System.out.println("kill -STOP " + node);
        cluster.processes().signal(node, "STOP");
        pause(random);
        cluster.processes().signal(node, "CONT");
      }
    },
    KILL_ALL {
      @Override
      void strike(ServerCluster cluster, Random random) throws Exception {
        System.out.println("kill -9 n1 n2 n3");
        for (int node = 1; node <= ServerCluster.NODES; node++) {
          cluster.processes().kill(ServerCluster.name(node));
        }
        for (int node = 1; node <= ServerCluster.NODES; node++) {
          cluster.startNode(node);
        }
      }
    };

    abstract void strike(ServerCluster cluster, Random random) throws Exception;

    /// Each kind comes once in any case, and then by luck.
    static Fault of(int turn, Random random) {
      return turn < values().length ? values()[turn] : values()[random.nextInt(values().length)];
    }

    private static void pause(Random random) throws InterruptedException {
      TimeUnit.MILLISECONDS.sleep(1_500 + random.nextInt(2_000));
    }
  }
}
