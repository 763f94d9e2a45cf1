package meridian.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import meridian.client.Database;
import meridian.client.Meridian;
import meridian.client.Options;
import meridian.client.fake.InMemoryTransport;
import org.junit.jupiter.api.Test;

class TransfersTest {
  @Test
  void losesNoMoney() {
    try (Database db = Meridian.connect(InMemoryTransport.ofTwoRegions(), Options.defaults())) {
      String report = new Transfers(db).run(25);
      assertTrue(report.endsWith("all accounts together hold 1000"), report);
      assertTrue(report.matches("[1-9]\\d* transfers in .*"), report);
    }
  }
}
