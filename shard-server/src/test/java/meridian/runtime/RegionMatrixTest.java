package meridian.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import meridian.model.RegionId;
import org.junit.jupiter.api.Test;

class RegionMatrixTest {
  private static final RegionId OREGON = new RegionId("oregon");
  private static final RegionId TAIWAN = new RegionId("taiwan");

  private final RegionMatrix matrix = RegionMatrix.load();

  @Test
  void sixRegionsComeWithTheProduct() {
    assertEquals(
        "belgium, iowa, montreal, oregon, sydney, taiwan",
        matrix.regions().stream().map(RegionId::name).collect(Collectors.joining(", ")));
    assertEquals(118_000, matrix.rttMicros(OREGON, TAIWAN));
  }

  @Test
  void theTableIsSymmetric() {
    for (RegionId a : matrix.regions()) {
      for (RegionId b : matrix.regions()) {
        assertEquals(matrix.rttMicros(a, b), matrix.rttMicros(b, a), () -> a + " and " + b);
      }
    }
  }

  @Test
  void anOverrideChangesBothWaysAndNothingElse() {
    RegionMatrix changed = matrix.with("taiwan-oregon=80ms");
    assertEquals(80_000, changed.rttMicros(OREGON, TAIWAN));
    assertEquals(80_000, changed.rttMicros(TAIWAN, OREGON));
    assertEquals(136_000, changed.rttMicros(OREGON, new RegionId("belgium")));
    assertEquals(118_000, matrix.rttMicros(OREGON, TAIWAN));
    assertEquals(500, matrix.with("oregon-taiwan=500us").rttMicros(OREGON, TAIWAN));
  }

  @Test
  void aRegionMayHaveHyphensInItsName() {
    RegionMatrix own =
        RegionMatrix.parse(List.of("region,us-east-1,us", "us-east-1,1,5", "us,5,1"));
    RegionMatrix changed = own.with("us-us-east-1=7ms");
    assertEquals(7_000, changed.rttMicros(new RegionId("us-east-1"), new RegionId("us")));
  }

  @Test
  void anUnknownRegionIsNamedAndTheKnownOnesListed() {
    for (String override : List.of("oregon-mars=80ms", "mars-oregon=80ms")) {
      assertComplaint(
          override,
          "unknown region 'mars': there are belgium, iowa, montreal, oregon, sydney, taiwan");
    }
  }

  @Test
  void whatIsNoRoundTripIsRefusedAndTheFormShown() {
    for (String override : List.of("oregon-taiwan", "oregon-taiwan=fast", "oregon-taiwan=-1ms")) {
      assertComplaint(
          override,
          "not a round trip: '" + override + "', want REGION-REGION=80ms or REGION-REGION=500us");
    }
    assertComplaint("oregon=80ms", "not two regions with a hyphen between them: oregon");
  }

  @Test
  void aTableWithARowMissingIsRefused() {
    var missing =
        assertThrows(
            IllegalArgumentException.class,
            () -> RegionMatrix.parse(List.of("region,a,b", "a,1,2")));
    assertTrue(String.valueOf(missing.getMessage()).contains("different regions"));
    assertThrows(
        IllegalArgumentException.class,
        () -> RegionMatrix.parse(List.of("region,a,b", "a,1", "b,2,1")));
  }

  private void assertComplaint(String override, String complaint) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> matrix.with(override));
    assertEquals(complaint, refusal.getMessage());
  }
}
