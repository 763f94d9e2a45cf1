package meridian.txn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import meridian.model.Digest;
import meridian.model.RegionId;

/// The coordinators a session can turn to, the nearest first, and which of them seem to live.
///
/// The nearest that answers is used. One whose stream is lost is left alone for a while, then tried
/// again whenever a request would rather go there; one whose stream stands but that says nothing is
/// *suspect*, and used only if there is no other.
final class Endpoints {
  /// What is known of one endpoint.
  private static final class Endpoint {
    private Phase phase = Phase.CLOSED;

    /// When the phase began.
    private long sinceMicros;

    /// Streams lost, and silences, since it was last heard.
    private int failures;

    /// Not to be tried before this, when closed; not to be preferred before this, when ready.
    private long avoidUntilMicros;

    private long heardAtMicros = -1;
    private Optional<RegionId> region = Optional.empty();
  }

  /// After so many silences in a row a stream is taken for dead, though nobody has said so.
  private static final int SILENCES_MAX = 2;

  private enum Phase {
    /// There is no stream.
    CLOSED,
    /// The driver was asked for one.
    OPENING,
    /// It stands, and Hello is under way.
    GREETING,
    /// Welcome has come.
    READY
  }

  private final SessionConfig config;
  private final Consumer<Output> outputs;
  private final List<Endpoint> endpoints = new ArrayList<>();

  Endpoints(SessionConfig config, Consumer<Output> outputs) {
    this.config = config;
    this.outputs = outputs;
    for (int i = 0; i < config.endpoints(); i++) {
      endpoints.add(new Endpoint());
    }
  }

  /// Where to send a request now, if anywhere. Opens streams that it would rather have used.
  OptionalInt choose(long nowMicros) {
    OptionalInt suspect = OptionalInt.empty();
    for (int i = 0; i < endpoints.size(); i++) {
      Endpoint endpoint = endpoints.get(i);
      if (endpoint.phase == Phase.READY) {
        if (nowMicros >= endpoint.avoidUntilMicros) {
          return OptionalInt.of(i);
        }
        suspect = suspect.isPresent() ? suspect : OptionalInt.of(i);
      } else if (isWorthWaitingFor(i, nowMicros) && noneReadyAfter(i)) {
        return OptionalInt.empty();
      }
    }
    return suspect;
  }

  void onUp(int index, long nowMicros) {
    enter(endpoints.get(index), Phase.GREETING, nowMicros);
  }

  /// Welcome has come.
  ///
  /// @return whether the endpoint was not ready before
  boolean onWelcome(int index, RegionId region, long nowMicros) {
    Endpoint endpoint = endpoints.get(index);
    endpoint.region = Optional.of(region);
    boolean isNews = endpoint.phase == Phase.GREETING;
    if (isNews) {
      enter(endpoint, Phase.READY, nowMicros);
    }
    onHeard(index, nowMicros);
    return isNews;
  }

  void onHeard(int index, long nowMicros) {
    Endpoint endpoint = endpoints.get(index);
    endpoint.heardAtMicros = nowMicros;
    if (endpoint.phase == Phase.READY) {
      endpoint.failures = 0;
      endpoint.avoidUntilMicros = nowMicros;
    }
  }

  void onDown(int index, long nowMicros) {
    Endpoint endpoint = endpoints.get(index);
    enter(endpoint, Phase.CLOSED, nowMicros);
    avoid(endpoint, nowMicros);
  }

  /// Says that an endpoint is of no use for now, though its stream stands.
  void suspect(int index, long nowMicros) {
    Endpoint endpoint = endpoints.get(index);
    if (endpoint.phase == Phase.READY && nowMicros >= endpoint.avoidUntilMicros) {
      if (endpoint.failures >= SILENCES_MAX) {
        enter(endpoint, Phase.CLOSED, nowMicros);
      }
      avoid(endpoint, nowMicros);
    }
  }

  boolean isGreeting(int index) {
    return endpoints.get(index).phase == Phase.GREETING;
  }

  boolean wasHeardSince(int index, long sinceMicros) {
    return endpoints.get(index).heardAtMicros >= sinceMicros;
  }

  Optional<RegionId> region(int index) {
    return endpoints.get(index).region;
  }

  void digest(Digest into) {
    for (Endpoint endpoint : endpoints) {
      into.add(endpoint.phase.name()).add(endpoint.failures).add(endpoint.avoidUntilMicros);
    }
  }

  /// Opens an endpoint that it is time to try. True while it may yet become ready soon.
  private boolean isWorthWaitingFor(int index, long nowMicros) {
    Endpoint endpoint = endpoints.get(index);
    if (endpoint.phase == Phase.CLOSED && nowMicros >= endpoint.avoidUntilMicros) {
      enter(endpoint, Phase.OPENING, nowMicros);
      outputs.accept(new Output.Open(index));
    }
    return endpoint.phase != Phase.CLOSED
        && nowMicros < endpoint.sinceMicros + config.connectMicros();
  }

  private boolean noneReadyAfter(int index) {
    return endpoints.stream().skip(index + 1L).noneMatch(other -> other.phase == Phase.READY);
  }

  private void avoid(Endpoint endpoint, long nowMicros) {
    long restMicros =
        SessionConfig.doubled(config.reopenMicros(), endpoint.failures, config.reopenMicrosMax());
    endpoint.failures++;
    endpoint.avoidUntilMicros = nowMicros + restMicros;
  }

  private static void enter(Endpoint endpoint, Phase phase, long nowMicros) {
    endpoint.phase = phase;
    endpoint.sinceMicros = nowMicros;
  }
}
