package meridian.harness.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import meridian.client.Database;
import meridian.client.Meridian;
import meridian.client.MeridianException;
import meridian.client.Options;
import meridian.model.Key;
import meridian.model.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// A partition of real processes: a nemesis that does nothing would let every store pass.
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class LinksIT {
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofSeconds(40);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void whoIsCutOffCommitsNothingUntilThatIsMended() throws Exception {
    Options options = Options.defaults().withTimeout(LONG);
    try (ServerCluster cluster = ServerCluster.startWithLinks(folder, 3);
        Database lonely = Meridian.connect(cluster.address(1), options);
        Database majority = Meridian.connect(cluster.address(2), options)) {
      for (String key : new String[] {"a", "j", "p", "z"}) {
        lonely.put(Key.utf8(key), Value.utf8("1"));
      }
      cluster.cut(1);
      Database hasty = lonely.withTimeout(SHORT);
      assertThrows(MeridianException.class, () -> hasty.put(Key.utf8("a"), Value.utf8("2")));
      majority.put(Key.utf8("z"), Value.utf8("3"));

      cluster.heal();
      assertEquals("3", lonely.get(Key.utf8("z")).orElseThrow().toUtf8());
      lonely.put(Key.utf8("a"), Value.utf8("4"));
      assertTrue(majority.get(Key.utf8("a")).isPresent());
    }
  }
}
