package meridian.client;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import meridian.client.grpc.GrpcTransport;
import meridian.model.AbortReason;
import meridian.model.NodeId;
import meridian.txn.Session;
import meridian.txn.SessionConfig;

/// Where to begin: connects to a store.
public final class Meridian {
  private Meridian() {}

  /// Connects with the default options.
  ///
  /// @param uri `meridian://host:port,host:port`, the nearest coordinator first
  public static Database connect(String uri) {
    return connect(uri, Options.defaults());
  }

  /// Connects to the first coordinator that answers. The others are turned to when it does not.
  ///
  /// @param uri `meridian://host:port,host:port`, the nearest coordinator first
  /// @throws IllegalArgumentException if the uri names no endpoints
  /// @throws RetriableException if no coordinator answers in time
  public static Database connect(String uri, Options options) {
    List<Endpoint> endpoints = Endpoint.parseAll(uri);
    return connect(new GrpcTransport(endpoints, options.region()), options);
  }

  /// Connects over another transport.
  ///
  /// @throws RetriableException if no coordinator answers in time
  public static Database connect(Transport transport, Options options) {
    var chance = new SecureRandom();
    long incarnation = chance.nextLong();
    while (Long.compareUnsigned(incarnation, NodeId.SERVER_MAX) <= 0) {
      incarnation = chance.nextLong();
    }
    var config = SessionConfig.of(transport.endpoints());
    var driver =
        new Driver(new Session(config, incarnation, new Random(chance.nextLong())), transport);
    driver.start(incarnation);
    awaitConnection(driver, options.connectTimeout());
    return new Database(driver, options, options.recorder().map(Recording::new));
  }

  private static void awaitConnection(Driver driver, Duration timeout) {
    var connected = new CountDownLatch(1);
    long micros = TimeUnit.MICROSECONDS.convert(timeout);
    driver.enter(session -> session.connect(micros, connected::countDown));
    try {
      if (connected.await(micros, TimeUnit.MICROSECONDS)) {
        return;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    driver.close();
    String trouble = driver.lastTrouble().isEmpty() ? "" : "; " + driver.lastTrouble();
    throw new RetriableException(
        "no coordinator answered within " + timeout.toMillis() + " ms" + trouble,
        AbortReason.of(AbortReason.Kind.DEADLINE, "no coordinator answered"));
  }
}
