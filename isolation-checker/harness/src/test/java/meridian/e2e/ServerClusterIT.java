package meridian.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import meridian.checker.Level;
import meridian.checker.Report;
import meridian.harness.cluster.ServerCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// Three servers and a coordinator, real processes all, that are killed, stopped and started again
/// while clients go on.
@Timeout(240)
class ServerClusterIT {
  private static final int NODES = 3;
  private static final int FAULTS = 8;
  private static final int CLIENTS = 3;
  private static final int COMMITS_LEAST = 200;
  private static final int COMMITS_AFTER_FAULT = 10;
  private static final int RECOVERY_SECONDS_MAX = 30;
  private static final int OUTAGE_MILLIS = 1_500;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void keepsEveryPromiseWhileNodesAndCoordinatorsAreKilledAndStopped() throws Exception {
    long seed = Long.getLong("meridian.seed", System.nanoTime() % 1_000_000);
    System.out.println("seed " + seed + ", files in " + folder);
    Random random = new Random(seed);
    try (ServerCluster cluster = ServerCluster.startWithCoordinator(folder, NODES);
        Clients clients = new Clients(folder)) {
      clients.open(cluster.addresses(1));
      for (int i = 0; i < CLIENTS; i++) {
        clients.start(cluster.addresses(1 + (i + 3) % 4), random.nextLong());
      }
      for (int i = 0; i < FAULTS; i++) {
        Fault.of(i, random).strike(cluster, clients, random);
        goesOn(clients);
      }
      clients.finish(cluster.addresses(1));
      System.out.println(
          "committed %d, aborted %d, unknown %d"
              .formatted(clients.committed.get(), clients.aborted.get(), clients.unknown.get()));
      assertTrue(clients.committed.get() >= COMMITS_LEAST, "only so many commits");
      Report report = clients.check();
      assertTrue(
          report.holds(Level.STRICT_SERIALIZABLE),
          () -> "seed " + seed + ": " + report.explain(Level.STRICT_SERIALIZABLE));
    }
  }

  /// Work goes on, whatever has just happened.
  private static void goesOn(Clients clients) throws InterruptedException {
    int enough = clients.committed.get() + COMMITS_AFTER_FAULT;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(RECOVERY_SECONDS_MAX);
    while (clients.committed.get() < enough) {
      assertTrue(System.nanoTime() < end, "nothing commits any more after a fault");
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /// What happens to a process.
  private enum Fault {
    KILL_NODE {
      @Override
      void strike(ServerCluster cluster, Clients clients, Random random) throws Exception {
        int node = 1 + random.nextInt(NODES);
        System.out.println("kill -9 n" + node);
        cluster.processes().kill(ServerCluster.name(node));
        outage(clients, random);
        cluster.startNode(node);
      }
    },
    KILL_COORDINATOR {
      @Override
      void strike(ServerCluster cluster, Clients clients, Random random) throws Exception {
        System.out.println("kill -9 coordinator");
        cluster.processes().kill(ServerCluster.COORDINATOR);
        outage(clients, random);
        cluster.startCoordinator();
      }
    },
    STOP_NODE {
      @Override
      void strike(ServerCluster cluster, Clients clients, Random random) throws Exception {
        String node = ServerCluster.name(1 + random.nextInt(NODES));
        System.out.println("kill -STOP " + node);
        cluster.processes().signal(node, "STOP");
        outage(clients, random);
        cluster.processes().signal(node, "CONT");
      }
    },
    KILL_ALL {
      @Override
      void strike(ServerCluster cluster, Clients clients, Random random) throws Exception {
        System.out.println("kill -9 n1 n2 n3");
        for (int node = 1; node <= NODES; node++) {
          cluster.processes().kill(ServerCluster.name(node));
        }
        for (int node = 1; node <= NODES; node++) {
          cluster.startNode(node);
        }
      }
    };

    abstract void strike(ServerCluster cluster, Clients clients, Random random) throws Exception;

    /// Each kind comes once in any case, and then by luck.
    static Fault of(int turn, Random random) {
      return turn < values().length ? values()[turn] : values()[random.nextInt(values().length)];
    }

    /// While one of them is gone the others do its work.
    private static void outage(Clients clients, Random random) throws InterruptedException {
      TimeUnit.MILLISECONDS.sleep(OUTAGE_MILLIS + random.nextInt(OUTAGE_MILLIS));
      goesOn(clients);
    }
  }
}
