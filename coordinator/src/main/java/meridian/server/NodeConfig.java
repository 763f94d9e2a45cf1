package meridian.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import meridian.coordinate.Patience;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.participant.Settings;
import meridian.paxos.FastPath;
import meridian.paxos.Timing;
import meridian.runtime.Cluster;
import meridian.runtime.RegionMatrix;
import meridian.shard.Tuning;

/// All that a server or a coordinator of its own is told.
///
/// ```yaml
/// node: 1                     # which of the cluster's nodes this is
/// cluster: cluster.yaml       # or what would stand in that file
/// data: /var/lib/meridian     # relative to this file
/// listen: 127.0.0.1:7101      # if not as the cluster file says
/// health: 127.0.0.1:8101      # GET /healthz; nowhere if not said
/// insecure: false             # whether others than this machine may connect, without TLS
/// delays: false               # wide-area delays between regions, on loopback
/// rtt: [oregon-taiwan=80ms]   # if not as measured
/// tuning:
///   heartbeat: 100ms
///   closed-lag: 300ms         # how far behind the clock the past is closed
///   close-every: 300ms        # how often
///   snapshots: 90s            # so far back the state can be read at least
///   electorate: nearest       # who votes on the fast path: off, nearest, or how many replicas
/// ```
///
/// @param node nothing for a coordinator of its own
/// @param data nothing for a coordinator of its own
/// @param delays round trips to emulate
/// @param effective what applies and where each piece comes from, as YAML
public record NodeConfig(
    ClusterFile cluster,
    Optional<NodeId> node,
    RegionId region,
    Optional<Path> data,
    HostPort listen,
    Optional<HostPort> health,
    Optional<RegionMatrix> delays,
    Tuning tuning,
    Patience patience,
    long headroomBytes,
    String effective) {
  private static final List<String> SHARED =
      List.of("cluster", "listen", "health", "insecure", "delays", "rtt");
  private static final long HEADROOM_BYTES = 64L << 20;
  private static final long CLOSE_MICROS_MIN = 10_000;
  private static final long SNAPSHOT_MILLIS_MAX = 3_600_000;

  /// Reads what a server was told.
  ///
  /// @throws BadConfig with everything that is wrong
  public static NodeConfig server(Overlay told) throws BadConfig {
    return read(told, true);
  }

  /// Reads what a coordinator of its own was told: as for a server, but a `region` instead of a
  /// `node`, and no `data`.
  ///
  /// @throws BadConfig with everything that is wrong
  public static NodeConfig coordinator(Overlay told) throws BadConfig {
    return read(told, false);
  }

  private static NodeConfig read(Overlay told, boolean isServer) throws BadConfig {
    List<String> keys = new ArrayList<>(SHARED);
    keys.addAll(isServer ? List.of("node", "data") : List.of("region"));
    List<String> complaints = new ArrayList<>();
    Section top = new Section(told.merged(keys), complaints);
    Optional<NodeConfig> config = new Reading(top, complaints).config(isServer);
    top.end();
    if (config.isEmpty() || !complaints.isEmpty()) {
      throw new BadConfig(complaints);
    }
    return config.get();
  }

  /// One walk through the keys.
  private record Reading(Section top, List<String> complaints) {
    Optional<NodeConfig> config(boolean isServer) {
      Optional<ClusterFile> cluster = cluster();
      Optional<Cluster.Member> self = isServer ? self(cluster) : Optional.empty();
      Optional<String> region =
          isServer
              ? self.map(member -> member.region().name())
              : top.required("region", "a coordinator wants the region that it stands in");
      Optional<Path> data =
          isServer ? top.path("data", "a server wants a data directory") : Optional.empty();
      HostPort listen = listen(isServer, self);
      Optional<HostPort> health = top.address("health");
      protect(listen, health);
      Optional<RegionMatrix> delays = delays(cluster, region, listen);
      Section pace = top.below("tuning");
      Tuning tuning = tuning(pace);
      Patience patience = patience(pace, tuning);
      long headroom = pace.bytes("disk-headroom", HEADROOM_BYTES);
      pace.end();
      if (cluster.isEmpty() || region.isEmpty()) {
        return Optional.empty();
      }
      StringBuilder effective = new StringBuilder();
      top.print("", effective);
      return Optional.of(
          new NodeConfig(
              cluster.get(),
              self.map(Cluster.Member::id),
              new RegionId(region.get()),
              data,
              listen,
              health,
              delays,
              tuning,
              patience,
              headroom,
              effective.toString()));
    }

    private Optional<ClusterFile> cluster() {
      Optional<Yaml> found = top.raw("cluster");
      return found.isPresent() && found.get() instanceof Yaml.Fields inline
          ? ClusterFile.read(inline, complaints)
          : top.path("cluster", "want the cluster file, or what would stand in it")
              .flatMap(file -> ClusterFile.read(file, complaints));
    }

    private Optional<Cluster.Member> self(Optional<ClusterFile> cluster) {
      var node = top.required("node", 1, NodeId.SERVER_MAX, "a server wants its node's number");
      if (node.isEmpty() || cluster.isEmpty()) {
        return Optional.empty();
      }
      Optional<Cluster.Member> self = cluster.get().node(new NodeId(node.getAsLong()));
      if (self.isEmpty()) {
        top.complain(
            "node", "the cluster " + cluster.get().name() + " has no node " + node.getAsLong());
      }
      return self;
    }

    private HostPort listen(boolean isServer, Optional<Cluster.Member> self) {
      if (!isServer && !top.has("listen")) {
        top.complain("listen", "a coordinator wants HOST:PORT to listen on");
      }
      return top.address(
          "listen",
          self.map(member -> new HostPort(member.host(), member.port()))
              .orElse(new HostPort("localhost", 0)));
    }

    /// Nobody but this machine gets in unless somebody has said that this is all right.
    private void protect(HostPort listen, Optional<HostPort> health) {
      boolean insecure = top.flag("insecure", false);
      if (!insecure && !listen.isLoopback()) {
        top.complain("listen", exposed(listen));
      }
      if (!insecure && health.isPresent() && !health.get().isLoopback()) {
        top.complain("health", exposed(health.get()));
      }
    }

    private static String exposed(HostPort address) {
      return address
          + " can be reached from other machines, and there is no TLS yet: listen on 127.0.0.1, or"
          + " say --insecure if nobody else is on that network";
    }

    private Optional<RegionMatrix> delays(
        Optional<ClusterFile> cluster, Optional<String> region, HostPort listen) {
      boolean wanted = top.flag("delays", false);
      List<String> overrides = top.texts("rtt");
      if (!wanted || cluster.isEmpty() || region.isEmpty()) {
        return Optional.empty();
      }
      boolean local =
          listen.isLoopback()
              && cluster.get().nodes().stream()
                  .allMatch(node -> new HostPort(node.host(), node.port()).isLoopback());
      if (!local) {
        top.complain("delays", "delays are for trying things out: every node must be on loopback");
      }
      RegionMatrix matrix = RegionMatrix.load();
      try {
        matrix.require(region.get());
        cluster.get().nodes().forEach(node -> matrix.require(node.region().name()));
        return Optional.of(with(matrix, overrides));
      } catch (IllegalArgumentException unknown) {
        top.complain("delays", String.valueOf(unknown.getMessage()) + " whose distances are known");
        return Optional.empty();
      }
    }

    private RegionMatrix with(RegionMatrix measured, List<String> overrides) {
      RegionMatrix matrix = measured;
      for (String override : overrides) {
        try {
          matrix = matrix.with(override.strip());
        } catch (IllegalArgumentException wrong) {
          top.complain("rtt", String.valueOf(wrong.getMessage()));
        }
      }
      return matrix;
    }

    private static Tuning tuning(Section pace) {
      Tuning usual = Tuning.DEFAULT;
      Timing timing =
          new Timing(
              pace.micros("heartbeat", usual.timing().heartbeatMicros()),
              pace.micros("suspect", usual.timing().suspectMicros()),
              pace.micros("resend", usual.timing().resendMicros()));
      if (timing.suspectMicros() < 2 * timing.heartbeatMicros()) {
        pace.complain("suspect", "want at least two heartbeats, or leaders change all the time");
      }
      return new Tuning(
          timing,
          settings(pace, usual.settings()),
          pace.bytes("flush-bytes", usual.flushBytes()),
          pace.number("flush-entries", usual.flushEntries(), 1, 10_000_000),
          pace.micros("flush-after", usual.flushMicros()),
          pace.number("retained-entries", usual.retainedEntries(), 0, 10_000_000),
          pace.micros("clock-offset", usual.clockOffsetMillisMax() * 1_000) / 1_000,
          fastPath(pace));
    }

    private static FastPath fastPath(Section pace) {
      Optional<FastPath> told = Electorates.parse(pace.text("electorate", Electorates.OFF));
      if (told.isEmpty()) {
        pace.complain("electorate", Electorates.WANTED);
      }
      return told.orElse(FastPath.OFF);
    }

    private static Settings settings(Section pace, Settings usual) {
      long lag = pace.micros("closed-lag", usual.closedLagMillis() * 1_000) / 1_000;
      long every = pace.micros("close-every", usual.closeMicros());
      long snapshots = pace.micros("snapshots", usual.snapshotMillis() * 1_000) / 1_000;
      if (every < CLOSE_MICROS_MIN) {
        pace.complain("close-every", "want 10ms or more: each time costs a log record a shard");
      }
      if (snapshots > SNAPSHOT_MILLIS_MAX) {
        pace.complain("snapshots", "want 1h or less: all old versions of that time are kept");
      }
      return usual.closing(lag, Math.max(every, CLOSE_MICROS_MIN), snapshots);
    }

    private static Patience patience(Section pace, Tuning tuning) {
      Patience usual = Patience.DEFAULT;
      return new Patience(
          pace.micros("vote-resend", usual.resendMicros()),
          pace.micros("read-resend", usual.readMicros()),
          usual.finishMicros(),
          usual.rememberMicros(),
          (int) pace.number("in-flight", usual.inFlightMax(), 1, 1_000_000),
          (int) pace.number("reads", usual.readsMax(), 1, 1_000_000),
          Math.max(usual.skewMillisMax(), tuning.clockOffsetMillisMax()));
    }
  }

  /// What to call a server's address when it talks of itself.
  public String title() {
    return node.map(id -> "node " + id.number()).orElse("coordinator") + " in " + region;
  }
}
