package meridian.harness.torture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import meridian.harness.torture.Target.Fault;
import meridian.history.Recorder;

/// The nemesis: breaks the cluster and mends it, one fault after another, with quiet in between,
/// until all is over.
final class Strikes {
  private static final int MILLIS_LEAST = 800;
  private static final int MILLIS_MORE = 1_700;

  private final Target target;
  private final List<Nemesis> kinds;
  private final Random random;
  private final CountDownLatch over;
  private final List<Struck> struck = new ArrayList<>();
  private final List<String> troubles = new ArrayList<>();
  private volatile String now = "";

  /// A fault that was, in microseconds of the recording's clock.
  record Struck(String what, long beganMicros, long mendedMicros) {}

  /// @param over comes to zero when it is to stop
  Strikes(Target target, List<Nemesis> kinds, Random random, CountDownLatch over) {
    this.target = target;
    this.kinds = kinds;
    this.random = random;
    this.over = over;
  }

  /// Strikes on a thread of its own. What is broken is mended before it ends.
  Thread start() {
    return Thread.ofVirtual().name("nemesis").start(this::run);
  }

  private void run() {
    try {
      // Each kind comes once before any comes twice.
      for (int i = 0; !kinds.isEmpty() && !restIsOver(); i++) {
        note(target.casualties());
        int kind = i < kinds.size() ? i : random.nextInt(kinds.size());
        strike(kinds.get(kind));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException failure) {
      note(List.of("the nemesis failed: " + failure));
    }
  }

  private void strike(Nemesis kind) throws IOException, InterruptedException {
    long began = Recorder.nowMicros();
    Fault fault = target.strike(kind, random);
    now = fault.what();
    try {
      restIsOver();
    } finally {
      fault.end().mend();
      now = "";
      note(new Struck(fault.what(), began, Recorder.nowMicros()));
    }
  }

  private boolean restIsOver() throws InterruptedException {
    return over.await(MILLIS_LEAST + random.nextInt(MILLIS_MORE), TimeUnit.MILLISECONDS);
  }

  private synchronized void note(Struck fault) {
    struck.add(fault);
  }

  private synchronized void note(List<String> some) {
    some.stream().filter(trouble -> !troubles.contains(trouble)).forEach(troubles::add);
  }

  /// The faults that were.
  synchronized List<Struck> struck() {
    return List.copyOf(struck);
  }

  /// What went wrong that no nemesis had wanted.
  synchronized List<String> troubles() {
    return List.copyOf(troubles);
  }

  /// What is broken at the moment.
  Optional<String> now() {
    return Optional.of(now).filter(what -> !what.isEmpty());
  }
}
