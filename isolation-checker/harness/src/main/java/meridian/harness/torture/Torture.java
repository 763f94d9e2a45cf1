package meridian.harness.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import meridian.client.Meridian;
import meridian.client.MeridianException;
import meridian.client.Options;
import meridian.harness.workload.Run;
import meridian.harness.workload.Store;
import meridian.harness.workload.Workload;
import meridian.harness.workload.Workloads;
import meridian.history.Recorder;

/// One run: workloads with their clients against a cluster, and the nemesis against them all.
final class Torture {
  private static final Duration TIMEOUT = Duration.ofSeconds(4);
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final long OPEN_SECONDS_MAX = 60;
  private static final long LOOK_MILLIS = 500;

  private final Target target;
  private final Settings settings;
  private final Progress progress;
  private final Recorder recorder;

  private final CountDownLatch over = new CountDownLatch(1);
  private final Pace pace;
  private final List<Active> workloads = new ArrayList<>();
  private final List<Thread> clients = new ArrayList<>();
  private final List<String> surprises = new CopyOnWriteArrayList<>();

  /// A workload that is running.
  private record Active(Workload workload, Tally tally) {}

  Torture(Target target, Settings settings, Progress progress, Recorder recorder) {
    this.target = target;
    this.settings = settings;
    this.progress = progress;
    this.recorder = recorder;
    this.pace = new Pace(settings.rate(), over);
  }

  /// Runs for as long as was asked for, and looks at everything once more.
  ///
  /// @throws MeridianException if the cluster cannot be reached to begin with
  /// @throws Unreachable if nothing commits there
  Result run() throws InterruptedException, Unreachable {
    // Against a cluster that was there before, keys must be ones that no other run has used.
    Run run = new Run(Long.toString(System.currentTimeMillis(), Character.MAX_RADIX));
    for (String name : settings.workloads()) {
      workloads.add(new Active(Workloads.named(name, run).orElseThrow(), new Tally()));
    }
    try (Store first = connect(0)) {
      open(first);
    }
    Random random = new Random(settings.seed());
    Strikes strikes = new Strikes(target, settings.nemeses(), new Random(random.nextLong()), over);
    try {
      startClients(random);
      Thread nemesis = strikes.start();
      watch(strikes);
      over.countDown();
      nemesis.join();
      for (Thread client : clients) {
        client.join();
      }
    } finally {
      over.countDown(); // Nobody goes on after a failure.
    }
    return result(strikes);
  }

  private Store connect(int client) {
    Options options =
        Options.defaults().withTimeout(TIMEOUT).withConnectTimeout(CONNECT).withRecorder(recorder);
    return new DatabaseStore(Meridian.connect(target.endpoints(client), options));
  }

  private void open(Store store) throws InterruptedException, Unreachable {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(OPEN_SECONDS_MAX);
    for (Active active : workloads) {
      progress.say("opening " + active.workload.name());
      while (!active.workload.open(store)) {
        if (System.nanoTime() > end) {
          throw new Unreachable("nothing commits: " + active.workload.name() + " cannot begin");
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    }
  }

  private void startClients(Random random) {
    for (Active active : workloads) {
      for (int i = 0; i < settings.clients(); i++) {
        Workload.Client client = active.workload.client(new Random(random.nextLong()));
        Store store = connect(clients.size());
        String name = active.workload.name() + " " + (i + 1);
        clients.add(Thread.ofVirtual().name(name).start(() -> steps(client, store, active.tally)));
      }
    }
  }

  private void steps(Workload.Client client, Store store, Tally tally) {
    Store counting = tally.counting(store);
    try (store) {
      while (pace.await()) {
        client.step(counting);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error surprise) {
      surprises.add("client " + Thread.currentThread().getName() + " was told " + surprise);
    }
  }

  private void watch(Strikes strikes) throws InterruptedException {
    long begun = System.nanoTime();
    long past = 0;
    while (past < settings.time().toMillis()) {
      long left = settings.time().toMillis() - past;
      TimeUnit.MILLISECONDS.sleep(Math.min(LOOK_MILLIS, left));
      past = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      progress.say(
          "%d of %d s: %,d committed, %,d aborted, %,d unknown %s"
              .formatted(
                  past / 1_000,
                  settings.time().toSeconds(),
                  workloads.stream().mapToLong(active -> active.tally.committed().get()).sum(),
                  workloads.stream().mapToLong(active -> active.tally.aborted().get()).sum(),
                  workloads.stream().mapToLong(active -> active.tally.unknown().get()).sum(),
                  strikes.now().map(fault -> "(" + fault + ")").orElse("")));
    }
  }

  private Result result(Strikes strikes) {
    List<Result.Done> done = new ArrayList<>();
    try (Store last = connect(0)) {
      for (Active active : workloads) {
        progress.say("looking at " + active.workload.name() + " once more");
        done.add(
            new Result.Done(active.workload.name(), active.tally, active.workload.close(last)));
      }
    } catch (MeridianException unreachable) {
      for (Active active : workloads.subList(done.size(), workloads.size())) {
        active
            .workload
            .findings()
            .unknown("the end could not be seen: " + unreachable.getMessage());
        done.add(new Result.Done(active.workload.name(), active.tally, active.workload.findings()));
      }
    }
    List<String> troubles = new ArrayList<>(strikes.troubles());
    target.casualties().stream().filter(t -> !troubles.contains(t)).forEach(troubles::add);
    troubles.addAll(surprises);
    return new Result(done, strikes.struck(), troubles);
  }
}
