package meridian.simulate;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import meridian.simulate.Workload.Script;

/// How far a run has come: first the workloads are set up, then all clients work, then they stop,
/// and at last one looks at what is there.
final class Stage {
  /// In this order.
  enum Act {
    SETUP,
    WORK,
    STOP,
    FINISH,
    OVER
  }

  private Act act = Act.SETUP;

  /// What is to be done one after the other, each until it has committed: setting up, or looking.
  private final ArrayDeque<Script> errands = new ArrayDeque<>();

  Stage(List<Workload> workloads) {
    workloads.forEach(workload -> errands.addAll(workload.setup()));
    proceed();
  }

  Act act() {
    return act;
  }

  void stop() {
    act = Act.STOP;
  }

  void finish(List<Workload> workloads) {
    act = Act.FINISH;
    workloads.forEach(workload -> errands.addAll(workload.finish()));
    proceed();
  }

  /// The errand to be run now; the same until it is done.
  Optional<Script> errand() {
    return Optional.ofNullable(errands.peek());
  }

  /// An errand is done; what is compared is which one it was, not what it says.
  @SuppressWarnings("ReferenceEquality")
  void done(Script errand) {
    if (errands.peek() == errand) {
      errands.remove();
      proceed();
    }
  }

  private void proceed() {
    if (errands.isEmpty()) {
      act = act == Act.SETUP ? Act.WORK : act == Act.FINISH ? Act.OVER : act;
    }
  }
}
