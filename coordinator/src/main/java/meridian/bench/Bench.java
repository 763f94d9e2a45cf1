package meridian.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import meridian.bench.load.Loader;
import meridian.bench.load.Loop;
import meridian.bench.load.Plan;
import meridian.bench.load.Records;
import meridian.bench.load.Tally;
import meridian.bench.load.Workload;
import meridian.bench.load.Zipf;
import meridian.client.Options;
import meridian.history.Recorder;

/// Measures round after round: first ours, then the peer, only one of which runs at a time.
final class Bench {
  private static final String OURS = "meridian";
  private static final String PEER = "etcd";
  private static final String PEER_MAIN = "meridian.peers.EtcdPeer";

  private final Settings settings;
  private final Progress progress;
  private final List<Run> ours = new ArrayList<>();
  private final List<Run> theirs = new ArrayList<>();
  private final Map<Workload, OptionalDouble> wideRoundTrips = new EnumMap<>(Workload.class);

  Bench(Settings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /// Does all that was asked for.
  ///
  /// @throws Trouble if something is missing or does not start
  Report run() throws Trouble, IOException, InterruptedException {
    if (settings.wideArea()) {
      for (Plan plan : settings.plans()) {
        progress.say("counting the wide-area round trips of " + plan.workload());
        wideRoundTrips.put(plan.workload(), wideRoundTrips(plan));
      }
    }
    if (settings.hasPeer()) {
      Path log = Files.createTempFile(settings.data(), "peer-", ".log");
      try (PeerProcess peer = PeerProcess.start(PEER_MAIN, log)) {
        for (int round = 1; round <= settings.rounds(); round++) {
          measureOurs(round);
          measurePeer(peer, round);
        }
      } finally {
        Files.deleteIfExists(log);
      }
    } else {
      for (int round = 1; round <= settings.rounds(); round++) {
        measureOurs(round);
      }
    }
    List<Run> all = new ArrayList<>(ours);
    all.addAll(theirs);
    return new Report(title(), all, Ratio.of(ours, theirs));
  }

  private OptionalDouble wideRoundTrips(Plan plan)
      throws Trouble, IOException, InterruptedException {
    return WideArea.roundTrips(
        settings.layout(), plan.workload(), settings.valueBytes(), settings.data());
  }

  private void measureOurs(int round) throws Trouble, IOException, InterruptedException {
    progress.say(OURS + ": starting");
    try (Target target = target();
        Optionally<Recorder> recorder = new Optionally<>(settings.record().map(Recorder::to));
        MeridianStore store = MeridianStore.connect(target.endpoints(), options(recorder))) {
      for (Plan plan : settings.plans()) {
        measureOurs(target, store, plan, round);
      }
    }
  }

  private static Options options(Optionally<Recorder> recorder) {
    Options options = Options.defaults();
    return recorder.it().map(options::withRecorder).orElse(options);
  }

  private void measureOurs(Target target, MeridianStore store, Plan plan, int round)
      throws InterruptedException {
    Records records = records();
    progress.say(OURS + ": loading " + settings.keys() + " keys");
    Loader.load(store, records);
    List<Look> looks = new ArrayList<>();
    Runnable look =
        () -> looks.add(Look.at(target.meters(), target.processes(), ProcessHandle.current()));
    Loop.Watcher watcher = progress.watch(what(OURS, plan, round), look, look);
    Tally tally = Loop.run(store, records, new Zipf(settings.keys()), plan, watcher);
    if (plan.workload() == Workload.TRANSFER) {
      progress.say(OURS + ": adding up balances");
      Loader.checkTotal(store, records);
    }
    Costs costs = Costs.between(looks.getFirst(), looks.getLast(), tally.committed());
    OptionalDouble wide = wideRoundTrips.getOrDefault(plan.workload(), OptionalDouble.empty());
    ours.add(new Run(OURS, round, plan.workload(), tally, costs, wide));
  }

  private void measurePeer(PeerProcess peer, int round)
      throws Trouble, IOException, InterruptedException {
    progress.say(PEER + ": starting");
    try (EtcdCluster cluster = EtcdCluster.start(settings.data())) {
      peer.open(cluster.endpoints(), records());
      for (Plan plan : settings.plans()) {
        progress.say(PEER + ": loading " + settings.keys() + " keys");
        peer.load();
        String what = what(PEER, plan, round);
        List<Look> looks = new ArrayList<>();
        Runnable look = () -> looks.add(Look.at(List.of(), cluster.processes(), peer.process()));
        Tally tally = peer.run(plan, progress.watch(what, look, look));
        if (plan.workload() == Workload.TRANSFER) {
          peer.check();
        }
        Costs costs = Costs.between(looks.getFirst(), looks.getLast(), tally.committed());
        theirs.add(new Run(PEER, round, plan.workload(), tally, costs, OptionalDouble.empty()));
      }
      peer.disconnect();
    }
  }

  private Records records() {
    return new Records(settings.keys(), settings.valueBytes());
  }

  private Target target() throws Trouble, IOException, InterruptedException {
    return switch (settings.whose()) {
      case Settings.Theirs(String uri) -> Target.Connected.to(uri);
      case Settings.InProcesses own -> ServerProcesses.start(settings.layout(), settings.data());
      case Settings.InThisProcess own ->
          Embedded.start(settings.layout(), settings.data(), Optional.empty());
    };
  }

  private String what(String store, Plan plan, int round) {
    return "%s %s, round %d/%d".formatted(store, plan.workload(), round, settings.rounds());
  }

  private String title() {
    String where =
        switch (settings.whose()) {
          case Settings.Theirs(String uri) -> uri;
          case Settings.InProcesses own -> settings.layout().nodes() + " processes, " + shards();
          case Settings.InThisProcess own ->
              settings.layout().nodes() + " nodes in this process, " + shards();
        };
    String what =
        settings.plans().stream()
            .map(plan -> plan.workload().title())
            .collect(Collectors.joining(", "));
    return "%s on %s; %d keys with values of %d bytes"
        .formatted(what, where, settings.keys(), settings.valueBytes());
  }

  private String shards() {
    return settings.layout().shards() + " shards of 3 replicas";
  }

  /// Something that may be there and wants to be closed then.
  private record Optionally<T extends AutoCloseable>(Optional<T> it) implements AutoCloseable {
    @Override
    public void close() {
      it.ifPresent(
          one -> {
            try {
              one.close();
            } catch (Exception failure) {
              throw new IllegalStateException(failure);
            }
          });
    }
  }
}
