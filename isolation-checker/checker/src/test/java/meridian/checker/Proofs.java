package meridian.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;
import meridian.checker.certificate.Certificate;
import meridian.checker.format.Json;
import meridian.checker.verifier.Verifier;

/// Checks histories so that no verdict goes unproved.
final class Proofs {
  private Proofs() {}

  /// The report on a history, all of whose verdicts the verifier has confirmed.
  static Report check(History history, Options options) {
    var report = Checker.check(history, options);
    var refuted = new TreeMap<>(Verifier.verify(history, Json.text(Certificate.of(report))));
    refuted.values().removeIf(String::isEmpty);
    assertEquals(Map.of(), refuted, () -> Histories.text(history));
    return report;
  }

  static Report check(HistoryBuilder builder) {
    return check(builder.build(), Options.all());
  }
}
