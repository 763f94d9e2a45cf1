package meridian.txn;

import java.util.OptionalInt;
import meridian.model.Digest;
import meridian.txn.ClientMessage.Refused;
import meridian.txn.ClientMessage.Reply;
import meridian.txn.ClientMessage.Request;
import meridian.txn.Timers.Timer;

/// One request, from when it is made until it is answered or its time is up.
///
/// It is sent again, under the same number, when its stream is lost or nothing comes back; to
/// whoever is then the best to ask (rule C5). From then on it is *in doubt*: a coordinator that
/// refuses it speaks for itself only, and may not know of the one that was asked before. A refusal
/// that comes while it is not in doubt is the whole truth, and what is sent after that goes under a
/// new number, so that a late copy of the refusal is not taken for an answer to it.
final class Exchange {
  /// Who wants the answer.
  interface Asker {
    /// The request, to be sent under a number.
    Request request(long number, long timeoutMicros);

    /// The answer, of the kind that fits the request.
    void onReply(int endpoint, Reply reply);

    /// Nobody will carry it out, or there is no time to wait until somebody would.
    ///
    /// @param inDoubt whether it may have been carried out nevertheless
    void onRefused(Refused refused, boolean inDoubt);

    /// Time is up.
    ///
    /// @param inDoubt whether it may have been carried out, or may be yet
    void onExpired(boolean inDoubt);
  }

  /// Between two looks for an endpoint, where there is none, in microseconds.
  private static final long LOOK_MICROS = 50_000;

  /// The shortest and longest waits after a refusal that does not say how long to wait.
  private static final long REFUSED_MICROS = 10_000;

  private static final long REFUSED_MICROS_MAX = 1_000_000;

  private final Requests requests;
  private final Asker asker;
  private final long deadlineMicros;
  private final Timer expiry;

  private long number;
  private OptionalInt sentTo = OptionalInt.empty();
  private long sentAtMicros;

  /// Times it was sent under any number.
  private int sends;

  private int refusals;

  /// Whether it was sent and not refused since.
  private boolean pending;

  /// Whether it was sent more than once without a refusal in between.
  private boolean inDoubt;

  private Timer again = Timer.NONE;

  /// @param deadlineMicros told to the coordinator; where it would be sent again after that, its
  ///   time is up
  /// @param expiresMicros when an answer is no longer waited for in any case
  Exchange(Requests requests, Asker asker, long deadlineMicros, long expiresMicros) {
    this.requests = requests;
    this.asker = asker;
    this.deadlineMicros = deadlineMicros;
    this.expiry = requests.timers().at(expiresMicros, this::expire);
    this.number = requests.enter(this);
  }

  /// Sends it to the best endpoint there is, or else as soon as there is one.
  void send() {
    Timers timers = requests.timers();
    timers.cancel(again);
    long nowMicros = timers.nowMicros();
    if (nowMicros >= deadlineMicros) {
      expire();
      return;
    }
    sentTo = requests.endpoints().choose(nowMicros);
    if (sentTo.isEmpty()) {
      again = timers.after(LOOK_MICROS, this::send);
      return;
    }
    inDoubt |= pending;
    pending = true;
    sentAtMicros = nowMicros;
    again = timers.after(requests.patienceMicros(sends), this::onSilence);
    sends++;
    requests.send(sentTo.getAsInt(), asker.request(number, deadlineMicros - nowMicros));
  }

  /// Sends it after a while.
  void sendLater() {
    again = requests.timers().after(requests.jittered(REFUSED_MICROS), this::send);
  }

  /// Whether there is no endpoint to send it to.
  boolean isWaitingForEndpoint() {
    return sentTo.isEmpty();
  }

  boolean isSentTo(int endpoint) {
    return pending && sentTo.isPresent() && sentTo.getAsInt() == endpoint;
  }

  void onReply(int endpoint, Reply reply) {
    if (reply instanceof Refused refused) {
      onRefused(endpoint, refused);
    } else {
      close();
      asker.onReply(endpoint, reply);
    }
  }

  /// Forgets about it: nobody wants the answer any more.
  void close() {
    requests.timers().cancel(again);
    requests.timers().cancel(expiry);
    requests.leave(number);
  }

  void digest(Digest into) {
    into.add(number).add(sentTo.orElse(-1)).add(sends).add(pending).add(inDoubt);
  }

  private void onRefused(int endpoint, Refused refused) {
    switch (refused.code()) {
      case UNAVAILABLE -> {
        requests.endpoints().suspect(endpoint, requests.timers().nowMicros());
        tryLater(refused);
      }
      case RESOURCE_EXHAUSTED -> tryLater(refused);
      case INVALID_ARGUMENT, DEADLINE_EXCEEDED, CLOCK_SKEW, TOO_OLD -> {
        close();
        asker.onRefused(refused, inDoubt);
      }
    }
  }

  private void tryLater(Refused refused) {
    long waitMicros =
        Math.max(
            refused.retryAfterMicros(),
            SessionConfig.doubled(REFUSED_MICROS, refusals, REFUSED_MICROS_MAX));
    refusals++;
    if (!inDoubt) {
      pending = false;
      requests.leave(number);
      number = requests.enter(this);
    }
    if (!inDoubt && requests.timers().nowMicros() + waitMicros >= deadlineMicros) {
      close();
      asker.onRefused(refused, false);
      return;
    }
    requests.timers().cancel(again);
    again = requests.timers().after(requests.jittered(waitMicros), this::send);
  }

  private void onSilence() {
    int endpoint = sentTo.orElseThrow();
    if (!requests.endpoints().wasHeardSince(endpoint, sentAtMicros)) {
      requests.endpoints().suspect(endpoint, requests.timers().nowMicros());
    }
    send();
  }

  private void expire() {
    close();
    asker.onExpired(pending);
  }
}
