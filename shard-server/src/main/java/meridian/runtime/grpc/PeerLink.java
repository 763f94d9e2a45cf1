package meridian.runtime.grpc;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.RegionId;
import meridian.model.Timestamp;
import meridian.runtime.Meter;
import meridian.runtime.Meters;
import meridian.runtime.Wan;
import meridian.wire.WireWriter;

/// The sending half of an open stream to another node: messages become frames, and frames leave in
/// order, each after the delay that the wide area has in store for it. A delay that has become
/// shorter does not let a frame overtake another.
final class PeerLink {
  /// Most bytes that may wait for their time.
  private static final long WAITING_BYTES_MAX = 32L * 1024 * 1024;

  private record Delayed(byte[] frame, int messages, long dueNanos) {}

  private final NodeId self;
  private final NodeId peer;
  private final RegionId here;
  private final RegionId there;
  private final FrameStream stream;
  private final Wan wan;
  private final EventLoop loop;
  private final Meters meters;

  private final WireWriter frame = new WireWriter();

  /// Messages in `frame`, and the sender's clock at the last of them.
  private int messages;

  private Timestamp clock = Timestamp.ZERO;
  private final ArrayDeque<Delayed> delayed = new ArrayDeque<>();
  private long delayedBytes;

  /// When the last frame may leave that was delayed.
  private long dueNanosLast = Long.MIN_VALUE;

  private long heardNanos = System.nanoTime();

  PeerLink(
      PeerFrame.Hello us,
      PeerFrame.Hello them,
      FrameStream stream,
      Wan wan,
      EventLoop loop,
      Meters meters) {
    this.self = us.node();
    this.peer = them.node();
    this.here = us.region();
    this.there = them.region();
    this.stream = stream;
    this.wan = wan;
    this.loop = loop;
    this.meters = meters;
  }

  NodeId peer() {
    return peer;
  }

  RegionId region() {
    return there;
  }

  /// Takes a message, to leave at the next `flush` at the latest. Whether it is the first since
  /// then.
  boolean add(Timestamp now, Message message) {
    int before = frame.size();
    PeerFrame.add(frame, message);
    if (frame.size() - before > PeerFrame.MESSAGE_BYTES_MAX) {
      frame.truncate(before);
      meters.add(Meter.DROPPED_TOO_LARGE, 1);
      return false;
    }
    messages++;
    clock = now;
    if (frame.size() >= PeerFrame.BYTES_ENOUGH) {
      flush();
      return false;
    }
    return messages == 1;
  }

  void flush() {
    if (messages > 0) {
      PeerFrame.finish(frame, clock);
      leave(frame.toByteArray(), messages);
      frame.reset();
      messages = 0;
    }
  }

  /// Sends a frame without messages the same way.
  void sendControl(byte[] control) {
    leave(control, 0);
  }

  /// Notes that the other side was heard from.
  void heard() {
    heardNanos = System.nanoTime();
  }

  /// How long nothing was heard from the other side, in nanoseconds.
  long silenceNanos() {
    return System.nanoTime() - heardNanos;
  }

  /// Breaks the stream off.
  void cancel() {
    stream.cancel();
    delayed.clear();
  }

  /// Breaks the stream off, and has whoever opened it think of what next.
  void giveUp(String why) {
    delayed.clear();
    stream.giveUp(why);
  }

  private void leave(byte[] bytes, int count) {
    if (wan.isCut(self, peer)) {
      meters.add(Meter.DROPPED_PARTITIONED, count);
      return;
    }
    long delayNanos = wan.oneWayNanos(here, there);
    if (delayNanos == 0 && delayed.isEmpty()) {
      write(bytes, count);
    } else if (delayedBytes + bytes.length > WAITING_BYTES_MAX) {
      meters.add(Meter.DROPPED_QUEUE_FULL, count);
    } else {
      delay(bytes, count, delayNanos);
    }
  }

  private void delay(byte[] bytes, int count, long delayNanos) {
    long due = System.nanoTime() + delayNanos;
    dueNanosLast = delayed.isEmpty() ? due : Math.max(due, dueNanosLast);
    delayed.add(new Delayed(bytes, count, dueNanosLast));
    delayedBytes += bytes.length;
    if (delayed.size() == 1) {
      awaitFirst();
    }
  }

  private void awaitFirst() {
    long waitNanos = Math.max(0, delayed.getFirst().dueNanos - System.nanoTime());
    var _ = loop.schedule(this::releaseDue, waitNanos, TimeUnit.NANOSECONDS);
  }

  private void releaseDue() {
    long now = System.nanoTime();
    while (!delayed.isEmpty() && delayed.getFirst().dueNanos <= now) {
      Delayed next = delayed.removeFirst();
      delayedBytes -= next.frame.length;
      if (wan.isCut(self, peer)) {
        meters.add(Meter.DROPPED_PARTITIONED, next.messages);
      } else {
        write(next.frame, next.messages);
      }
    }
    if (!delayed.isEmpty()) {
      awaitFirst();
    }
  }

  private void write(byte[] bytes, int count) {
    if (!stream.offer(bytes)) {
      meters.add(Meter.DROPPED_QUEUE_FULL, count);
      return;
    }
    meters.add(Meter.FRAMES_SENT, 1);
    meters.add(Meter.MESSAGES_SENT, count);
    meters.add(Meter.BYTES_SENT, bytes.length);
  }
}
