package meridian.harness.torture;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import meridian.harness.workload.Finding;
import meridian.harness.workload.Findings;

/// What a run has shown, apart from what the checker makes of its history.
///
/// @param troubles what went wrong that no nemesis had wanted
record Result(List<Done> workloads, List<Strikes.Struck> faults, List<String> troubles) {
  Result {
    workloads = List.copyOf(workloads);
    faults = List.copyOf(faults);
    troubles = List.copyOf(troubles);
  }

  /// A workload that has run.
  record Done(String name, Tally tally, Findings findings) {
    /// What its invariant comes to, for a store that was asked for certain levels.
    Standing standing(Settings asked) {
      if (findings.list().stream().anyMatch(finding -> asked.asksFor(finding.breaks()))) {
        return Standing.VIOLATED;
      }
      // A store that does nothing is perfectly safe, and that says nothing of it.
      boolean isTold = findings.unknowns().isEmpty() && tally.committed().get() > 0;
      return isTold ? Standing.HOLDS : Standing.UNKNOWN;
    }

    Stream<String> remarks(Settings asked) {
      Stream<String> found =
          findings.list().stream().map(finding -> remark(finding, asked.asksFor(finding.breaks())));
      Stream<String> nothing =
          tally.committed().get() > 0 ? Stream.empty() : Stream.of("nothing committed");
      return Stream.of(found, findings.unknowns().stream(), nothing).flatMap(all -> all);
    }

    private static String remark(Finding finding, boolean counts) {
      String level = finding.breaks().label();
      return finding.what()
          + (counts ? " (breaks " + level + ")" : " (allowed: not below " + level + ")");
    }
  }

  /// What is known of an invariant, or of all.
  enum Standing {
    HOLDS,
    VIOLATED,
    UNKNOWN;

    Standing and(Standing other) {
      if (this == VIOLATED || other == VIOLATED) {
        return VIOLATED;
      }
      return this == HOLDS ? other : this;
    }
  }

  Standing standing(Settings asked) {
    Standing all = troubles.isEmpty() ? Standing.HOLDS : Standing.VIOLATED;
    for (Done done : workloads) {
      all = all.and(done.standing(asked));
    }
    return all;
  }

  /// For programs.
  Map<String, Object> asJson(Settings asked) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seed", asked.seed());
    json.put("expected", asked.levels().stream().map(level -> level.label()).toList());
    json.put("workloads", workloads.stream().map(done -> asJson(done, asked)).toList());
    json.put("faults", faults.stream().map(Result::asJson).toList());
    json.put("troubles", troubles);
    return json;
  }

  private static Map<String, Object> asJson(Done done, Settings asked) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", done.name);
    json.put("committed", done.tally.committed().get());
    json.put("aborted", done.tally.aborted().get());
    json.put("unknown", done.tally.unknown().get());
    json.put("invariant", done.standing(asked).name().toLowerCase(java.util.Locale.ROOT));
    json.put("findings", done.findings.count());
    json.put("remarks", done.remarks(asked).toList());
    return json;
  }

  private static Map<String, Object> asJson(Strikes.Struck fault) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("what", fault.what());
    json.put("began", fault.beganMicros());
    json.put("mended", fault.mendedMicros());
    return json;
  }
}
