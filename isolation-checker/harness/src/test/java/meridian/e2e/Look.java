package meridian.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;

/// What a running process shows of itself.
final class Look {
  private static final int SECONDS_MAX = 60;
  private static final int LOOK_MILLIS = 50;

  private Look() {}

  interface Condition {
    boolean holds() throws Exception;
  }

  /// Looks again and again until something holds.
  static void await(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, () -> "it did not come to this: " + what);
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /// A count that a process gives at `/metrics`.
  static long count(int healthPort, String name) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI where = URI.create("http://127.0.0.1:" + healthPort + "/metrics");
      HttpResponse<String> answer =
          client.send(HttpRequest.newBuilder(where).build(), HttpResponse.BodyHandlers.ofString());
      return answer
          .body()
          .lines()
          .filter(line -> line.startsWith(name + " "))
          .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no " + name + " in\n" + answer.body()));
    }
  }
}
