package meridian.txn;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import meridian.model.Digest;
import meridian.txn.ClientMessage.Reply;
import meridian.txn.ClientMessage.Request;

/// All requests under way, and whom they may be sent to.
final class Requests {
  private final SessionConfig config;
  private final RandomGenerator chance;
  private final Timers timers;
  private final Endpoints endpoints;
  private final Consumer<Output> outputs;

  /// By number. A number is used for one request only.
  private final NavigableMap<Long, Exchange> underWay = new TreeMap<>();

  private long numberLast;

  Requests(SessionConfig config, RandomGenerator chance, Timers timers, Consumer<Output> outputs) {
    this.config = config;
    this.chance = chance;
    this.timers = timers;
    this.outputs = outputs;
    this.endpoints = new Endpoints(config, outputs);
  }

  /// Asks until there is an answer or the time is up.
  Exchange ask(Exchange.Asker asker, long deadlineMicros, long expiresMicros) {
    var exchange = new Exchange(this, asker, deadlineMicros, expiresMicros);
    exchange.send();
    return exchange;
  }

  /// The same, but not at once.
  Exchange askLater(Exchange.Asker asker, long deadlineMicros) {
    var exchange = new Exchange(this, asker, deadlineMicros, deadlineMicros);
    exchange.sendLater();
    return exchange;
  }

  /// An answer; one that nobody waits for is ignored.
  void onReply(int endpoint, Reply reply) {
    Exchange exchange = underWay.get(reply.id());
    if (exchange != null) {
      exchange.onReply(endpoint, reply);
    }
  }

  /// What was sent there may be lost.
  void onDown(int endpoint) {
    all().stream().filter(exchange -> exchange.isSentTo(endpoint)).forEach(Exchange::send);
  }

  /// There is somebody to ask.
  void onReady() {
    all().stream().filter(Exchange::isWaitingForEndpoint).forEach(Exchange::send);
  }

  Timers timers() {
    return timers;
  }

  Endpoints endpoints() {
    return endpoints;
  }

  long nextNumber() {
    numberLast++;
    return numberLast;
  }

  long enter(Exchange exchange) {
    long number = nextNumber();
    underWay.put(number, exchange);
    return number;
  }

  void leave(long number) {
    underWay.remove(number);
  }

  void send(int endpoint, Request request) {
    outputs.accept(new Output.Send(endpoint, request));
  }

  /// How long to wait for an answer to something sent so many times before.
  long patienceMicros(int sends) {
    return jittered(SessionConfig.doubled(config.resendMicros(), sends, config.resendMicrosMax()));
  }

  /// A wait of this length or up to a half more, so that those who wait do not come back together.
  long jittered(long micros) {
    return micros + chance.nextLong(micros / 2 + 1);
  }

  void digest(Digest into) {
    endpoints.digest(into);
    into.add(numberLast).add(underWay.size());
    underWay.values().forEach(exchange -> exchange.digest(into));
  }

  private List<Exchange> all() {
    return new ArrayList<>(underWay.values());
  }
}
