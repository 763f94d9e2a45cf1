package meridian.runtime.grpc;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import meridian.runtime.Cluster;
import meridian.runtime.Meters;
import meridian.wire.BadMessage;

/// Keeps a stream open to one server: whenever there is none, it tries again, after a while that
/// grows with each failure and is never quite the same, so that a server that returns is not run
/// down.
final class PeerDialler {
  private static final long PAUSE_MILLIS_FIRST = 20;
  private static final long PAUSE_MILLIS_MAX = 1_000;

  /// How long a server may take to say who it is.
  private static final long HELLO_MILLIS_MAX = 5_000;

  private final Peers peers;
  private final GrpcClient client;
  private final Cluster.Member member;
  private final PeerFrame.Hello us;
  private final ContextInternal loop;
  private final Meters meters;
  private long pauseMillis = PAUSE_MILLIS_FIRST;
  private Optional<Attempt> attempt = Optional.empty();
  private boolean closed;

  PeerDialler(
      Peers peers,
      GrpcClient client,
      Cluster.Member member,
      PeerFrame.Hello us,
      ContextInternal loop,
      Meters meters) {
    this.peers = peers;
    this.client = client;
    this.member = member;
    this.us = us;
    this.loop = loop;
    this.meters = meters;
  }

  void dial() {
    if (closed) {
      return;
    }
    client
        .request(
            SocketAddress.inetSocketAddress(member.port(), member.host()), Services.PEER_CALLED)
        .onSuccess(this::reached)
        .onFailure(failure -> failed(String.valueOf(failure.getMessage())));
  }

  void close() {
    closed = true;
    attempt.ifPresent(Attempt::hangUp);
  }

  private void reached(GrpcClientRequest<Buffer, Buffer> request) {
    if (closed) {
      request.cancel();
    } else {
      attempt = Optional.of(new Attempt(request));
    }
  }

  private void failed(String why) {
    attempt = Optional.empty();
    if (closed) {
      return;
    }
    peers.unreachable(member.id(), why);
    long jittered = pauseMillis / 2 + ThreadLocalRandom.current().nextLong(pauseMillis);
    pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
    loop.owner().setTimer(jittered, id -> dial());
  }

  /// One stream, before and after the other side has said who it is.
  private final class Attempt {
    private final GrpcClientRequest<Buffer, Buffer> request;
    private final FrameStream stream;
    private final long helloTimer;
    private Optional<PeerLink> link = Optional.empty();

    Attempt(GrpcClientRequest<Buffer, Buffer> request) {
      this.request = request;
      stream = FrameStream.calling(request, meters, this::read, this::over);
      helloTimer =
          loop.owner().setTimer(HELLO_MILLIS_MAX, id -> stream.giveUp("it does not say who it is"));
      stream.offer(PeerFrame.ofHello(us));
    }

    private void read(byte[] bytes) throws BadMessage {
      PeerFrame frame = PeerFrame.decode(bytes);
      if (link.isPresent()) {
        peers.received(link.get(), frame, bytes.length);
        return;
      }
      loop.owner().cancelTimer(helloTimer);
      Optional<String> complaint =
          frame.hello().isEmpty()
              ? Optional.of("it does not say who it is")
              : complaintAbout(frame.hello().get());
      if (complaint.isPresent()) {
        stream.refuse(GrpcStatus.FAILED_PRECONDITION, complaint.get());
        over(complaint.get());
      } else {
        pauseMillis = PAUSE_MILLIS_FIRST;
        link = Optional.of(peers.openedDialled(frame.hello().orElseThrow(), stream));
      }
    }

    private Optional<String> complaintAbout(PeerFrame.Hello them) {
      if (!them.node().equals(member.id())) {
        return Optional.of(
            "%s should be at %s:%d, but %s is"
                .formatted(member.id(), member.host(), member.port(), them.node()));
      }
      return peers.complaintAbout(them);
    }

    private void over(String why) {
      loop.owner().cancelTimer(helloTimer);
      link.ifPresent(l -> peers.overDialled(l, why));
      hangUp();
      failed(why);
    }

    /// Closes the connection too: one that has died unnoticed must not be used again.
    private void hangUp() {
      stream.cancel();
      request.connection().close();
    }
  }
}
