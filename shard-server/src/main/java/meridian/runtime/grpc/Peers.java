package meridian.runtime.grpc;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.runtime.Cluster;
import meridian.runtime.Meter;
import meridian.runtime.Meters;
import meridian.runtime.PeerStatus;
import meridian.runtime.Wan;
import meridian.wire.BadMessage;

/// The streams between this node and others. Each server dials every other, so that between two of
/// them there are two, and each speaks on the one that it has dialled; whoever is not dialled, a
/// coordinator of its own, is answered on the stream that it has dialled.
final class Peers {
  private static final System.Logger LOG = System.getLogger("meridian.peers");
  private static final long PING_MILLIS = 500;

  /// A stream on which nothing was heard for so long is given up; half-dead ones leave no other
  /// sign.
  private static final long SILENCE_NANOS_MAX = 10_000_000_000L;

  private static final int NANOS_PER_MICRO = 1_000;

  private final PeerFrame.Hello us;
  private final ContextInternal loop;
  private final Wan wan;
  private final Meters meters;
  private final Delivery delivery;

  private final Map<NodeId, PeerLink> dialled = new HashMap<>();
  private final Map<NodeId, PeerLink> accepted = new HashMap<>();

  /// Links that hold messages since the last flush.
  private final List<PeerLink> filled = new ArrayList<>();

  private final List<PeerDialler> diallers = new ArrayList<>();
  private final SortedMap<NodeId, PeerStatus> status = new ConcurrentSkipListMap<>();
  private long pingTimer;

  Peers(PeerFrame.Hello us, ContextInternal loop, Wan wan, Meters meters, Delivery delivery) {
    this.us = us;
    this.loop = loop;
    this.wan = wan;
    this.meters = meters;
    this.delivery = delivery;
  }

  void start() {
    pingTimer = loop.owner().setPeriodic(PING_MILLIS, id -> ping());
  }

  /// Keeps a stream open to a server from now on.
  void dial(GrpcClient client, Cluster.Member member) {
    status.put(
        member.id(),
        new PeerStatus(member.id(), member.region(), false, Optional.empty(), "not reached yet"));
    PeerDialler dialler = new PeerDialler(this, client, member, us, loop, meters);
    diallers.add(dialler);
    dialler.dial();
  }

  void close() {
    loop.owner().cancelTimer(pingTimer);
    diallers.forEach(PeerDialler::close);
    dialled.values().forEach(PeerLink::cancel);
    accepted.values().forEach(PeerLink::cancel);
    dialled.clear();
    accepted.clear();
    filled.clear();
  }

  /// Whether there is a stream to this node; then the message leaves on it at the next flush.
  boolean send(NodeId to, Timestamp clock, Message message) {
    PeerLink link = dialled.get(to);
    if (link == null) {
      link = accepted.get(to);
      if (link == null) {
        return false;
      }
    }
    if (link.add(clock, message)) {
      filled.add(link);
    }
    return true;
  }

  void flush() {
    for (int i = 0; i < filled.size(); i++) {
      filled.get(i).flush();
    }
    filled.clear();
  }

  /// How the other nodes are reached, those that were dialled and those that have dialled. Any
  /// thread.
  SortedMap<NodeId, PeerStatus> status() {
    return new TreeMap<>(status);
  }

  /// A stream that another node has opened: it must say who it is first.
  void accept(GrpcServerRequest<Buffer, Buffer> request) {
    new Accepted(request);
  }

  /// One stream that was accepted, before and after its first frame.
  private final class Accepted {
    private final FrameStream stream;
    private Optional<PeerLink> link = Optional.empty();

    Accepted(GrpcServerRequest<Buffer, Buffer> request) {
      stream =
          FrameStream.called(
              request, meters, this::read, why -> link.ifPresent(l -> over(accepted, l, why)));
    }

    private void read(byte[] bytes) throws BadMessage {
      PeerFrame frame = PeerFrame.decode(bytes);
      if (link.isPresent()) {
        received(link.get(), frame, bytes.length);
        return;
      }
      Optional<String> complaint =
          frame.hello().isEmpty()
              ? Optional.of("the first frame must say who speaks")
              : complaintAbout(frame.hello().get());
      if (complaint.isPresent()) {
        LOG.log(Level.WARNING, "{0} refused a stream: {1}", us.node(), complaint.get());
        stream.refuse(GrpcStatus.FAILED_PRECONDITION, complaint.get());
      } else {
        stream.offer(PeerFrame.ofHello(us));
        link = Optional.of(opened(accepted, frame.hello().orElseThrow(), stream));
      }
    }
  }

  /// What is wrong with somebody who wants to talk, if anything.
  Optional<String> complaintAbout(PeerFrame.Hello them) {
    if (them.protocol() != us.protocol()) {
      return Optional.of(
          "%s speaks version %d of the protocol and %s version %d: run the same release on both"
              .formatted(us.node(), us.protocol(), them.node(), them.protocol()));
    } else if (them.cluster() != us.cluster()) {
      return Optional.of(
          "%s and %s were started with different cluster files (%016x and %016x): give both the same"
              .formatted(us.node(), them.node(), us.cluster(), them.cluster()));
    } else if (them.node().equals(us.node())) {
      return Optional.of(us.node() + " is there already: give each node a number of its own");
    } else if (them.node().equals(NodeId.NONE)) {
      return Optional.of("a node's number is not 0");
    }
    return Optional.empty();
  }

  PeerLink openedDialled(PeerFrame.Hello them, FrameStream stream) {
    return opened(dialled, them, stream);
  }

  void overDialled(PeerLink link, String why) {
    over(dialled, link, why);
  }

  /// A server could not be reached, or did not want to talk.
  void unreachable(NodeId node, String why) {
    PeerStatus before = status.get(node);
    if (before != null && !before.trouble().equals(why)) {
      LOG.log(Level.INFO, "{0} has no stream to {1}: {2}", us.node(), node, why);
      status.put(node, new PeerStatus(node, before.region(), false, Optional.empty(), why));
    }
  }

  private PeerLink opened(Map<NodeId, PeerLink> links, PeerFrame.Hello them, FrameStream stream) {
    PeerLink link = new PeerLink(us, them, stream, wan, loop.nettyEventLoop(), meters);
    PeerLink before = links.put(them.node(), link);
    if (before != null) {
      before.cancel(); // the other side has started anew, or given that stream up
    }
    meters.add(Meter.STREAMS_OPENED, 1);
    status.put(them.node(), new PeerStatus(them.node(), them.region(), true, Optional.empty(), ""));
    return link;
  }

  private void over(Map<NodeId, PeerLink> links, PeerLink link, String why) {
    if (!links.remove(link.peer(), link)) {
      return; // another stream has taken its place
    }
    boolean connected = dialled.containsKey(link.peer()) || accepted.containsKey(link.peer());
    if (!connected) {
      status.put(
          link.peer(), new PeerStatus(link.peer(), link.region(), false, Optional.empty(), why));
    }
  }

  void received(PeerLink link, PeerFrame frame, int sizeBytes) {
    link.heard();
    if (frame.ping() != 0) {
      link.sendControl(PeerFrame.ofPong(frame.ping()));
    }
    if (frame.pong() != 0) {
      long rttMicros = (System.nanoTime() - frame.pong()) / NANOS_PER_MICRO;
      status.put(
          link.peer(),
          new PeerStatus(link.peer(), link.region(), true, Optional.of(rttMicros), ""));
    }
    List<Message> messages = frame.messages();
    if (!messages.isEmpty()) {
      meters.add(Meter.MESSAGES_RECEIVED, messages.size());
      int each = sizeBytes / messages.size();
      for (Message message : messages) {
        delivery.deliver(link.peer(), frame.clock(), message, each);
      }
    }
  }

  private void ping() {
    List<PeerLink> links = new ArrayList<>(dialled.values());
    links.addAll(accepted.values());
    for (PeerLink link : links) {
      if (link.silenceNanos() > SILENCE_NANOS_MAX) {
        link.giveUp("nothing was heard for " + SILENCE_NANOS_MAX / 1_000_000_000L + " s");
      } else {
        link.sendControl(PeerFrame.ofPing(System.nanoTime() | 1));
      }
    }
  }
}
