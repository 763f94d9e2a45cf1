package meridian.harness.workload;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// All workloads there are.
public final class Workloads {
  private static final List<Function<Run, Workload>> ALL =
      List.of(
          ListAppend::new,
          Registers::new,
          Bank::new,
          LongFork::new,
          WriteSkew::new,
          Sequential::new,
          Monotonic::new);

  private Workloads() {}

  /// A fresh one of each, for one run.
  public static List<Workload> all(Run run) {
    return ALL.stream().map(make -> make.apply(run)).toList();
  }

  public static Optional<Workload> named(String name, Run run) {
    return all(run).stream().filter(workload -> workload.name().equals(name)).findFirst();
  }

  public static List<String> names() {
    return all(new Run("")).stream().map(Workload::name).toList();
  }
}
