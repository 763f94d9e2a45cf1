package meridian.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointTest {
  @Test
  void readsSeveralWithAndWithoutTheScheme() {
    List<Endpoint> two = List.of(new Endpoint("eu-1", 7400), new Endpoint("10.0.0.1", 1));
    assertEquals(two, Endpoint.parseAll("meridian://eu-1:7400,10.0.0.1:1"));
    assertEquals(two, Endpoint.parseAll("eu-1:7400, 10.0.0.1:1"));
  }

  @Test
  void readsAndWritesAnIpv6AddressInBrackets() {
    assertEquals(List.of(new Endpoint("::1", 7400)), Endpoint.parseAll("[::1]:7400"));
    assertEquals("[::1]:7400", new Endpoint("::1", 7400).toString());
  }

  @Test
  void saysWhatIsWrongWithWhatItCannotRead() {
    for (String bad :
        List.of("", "host", "host:", ":7400", "h:0", "h:65536", "h:x", "a:1,,b:2", "::1:7")) {
      var error = assertThrows(IllegalArgumentException.class, () -> Endpoint.parseAll(bad), bad);
      assertTrue(String.valueOf(error.getMessage()).contains("HOST:PORT"), error.getMessage());
    }
  }
}
