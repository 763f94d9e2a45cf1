package meridian.runtime.grpc;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcReadStream;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.GrpcWriteStream;
import io.vertx.grpc.common.MessageSizeOverflowException;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import meridian.runtime.Meter;
import meridian.runtime.Meters;
import meridian.wire.BadMessage;

/// One open stream of frames, from the end that called or the end that was called. Where the other
/// side does not keep up, frames gather here, up to a size; what comes then is refused. A stream
/// that breaks, ends, or carries something unreadable is over, and says so once.
final class FrameStream {
  /// What is done with a frame that came in.
  interface Reader {
    void read(byte[] frame) throws BadMessage;
  }

  /// Most bytes that may wait because the other side does not keep up.
  private static final long WAITING_BYTES_MAX = 32L * 1024 * 1024;

  /// Bytes that may be under way in gRPC itself before frames wait here.
  private static final int UNDER_WAY_BYTES = 1024 * 1024;

  private static final String UNCOMPRESSED = "identity";

  private final GrpcWriteStream<Buffer> out;

  /// Ends the stream with a status and a reason, which only the side that was called can give.
  private final BiConsumer<GrpcStatus, String> end;

  private final Meters meters;
  private final Reader reader;
  private final Consumer<String> whenOver;
  private Optional<GrpcReadStream<Buffer>> in = Optional.empty();
  private boolean reading = true;
  private boolean over;

  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
  private long waitingBytes;

  private FrameStream(
      GrpcWriteStream<Buffer> out,
      BiConsumer<GrpcStatus, String> end,
      Meters meters,
      Reader reader,
      Consumer<String> whenOver) {
    this.out = out;
    this.end = end;
    this.meters = meters;
    this.reader = reader;
    this.whenOver = whenOver;
    out.setWriteQueueMaxSize(UNDER_WAY_BYTES);
    out.drainHandler(drained -> drain());
    out.exceptionHandler(broken -> over(String.valueOf(broken.getMessage())));
  }

  /// @param whenOver told why, once
  static FrameStream called(
      GrpcServerRequest<Buffer, Buffer> request,
      Meters meters,
      Reader reader,
      Consumer<String> whenOver) {
    var response = request.response();
    var stream =
        new FrameStream(
            response,
            (status, why) -> response.status(status).statusMessage(why).end(),
            meters,
            reader,
            whenOver);
    stream.listen(request);
    request.endHandler(
        ended -> {
          if (!stream.over) {
            response.end();
            stream.over("the other side has ended it");
          }
        });
    return stream;
  }

  static FrameStream calling(
      GrpcClientRequest<Buffer, Buffer> request,
      Meters meters,
      Reader reader,
      Consumer<String> whenOver) {
    var stream =
        new FrameStream(request, (status, why) -> request.cancel(), meters, reader, whenOver);
    request
        .response()
        .onSuccess(
            response -> {
              stream.listen(response);
              response.endHandler(ended -> stream.over(reasonOf(response)));
            })
        .onFailure(broken -> stream.over(String.valueOf(broken.getMessage())));
    return stream;
  }

  private static String reasonOf(GrpcClientResponse<Buffer, Buffer> response) {
    String message = response.statusMessage();
    if (message != null && !message.isEmpty()) {
      return message;
    }
    return response.status() == null ? "ended" : "ended with " + response.status().name();
  }

  /// Whether the frame will be sent if the stream lasts.
  boolean offer(byte[] frame) {
    if (over || waitingBytes + frame.length > WAITING_BYTES_MAX) {
      return false;
    }
    if (waiting.isEmpty() && !out.writeQueueFull()) {
      write(frame);
    } else {
      waiting.add(frame);
      waitingBytes += frame.length;
    }
    return true;
  }

  /// Ends the stream and says why, as far as this end can; `whenOver` is not told.
  void refuse(GrpcStatus status, String why) {
    if (!over) {
      over = true;
      meters.add(Meter.STREAMS_REFUSED, 1);
      try {
        end.accept(status, why);
      } catch (IllegalStateException brokenAlready) {
        // Then there is nobody to be told.
      }
    }
  }

  /// Breaks the stream off; `whenOver` is not told.
  void cancel() {
    if (!over) {
      over = true;
      try {
        out.cancel();
      } catch (IllegalStateException brokenAlready) {
        // That is what was wanted.
      }
    }
  }

  /// Breaks the stream off, and tells `whenOver`.
  void giveUp(String why) {
    if (!over) {
      cancel();
      whenOver.accept(why);
    }
  }

  /// Reads on, or stops reading, which in time stops the other side from sending.
  void setReading(boolean on) {
    reading = on;
    in.ifPresent(on ? GrpcReadStream::resume : GrpcReadStream::pause);
  }

  private void listen(GrpcReadStream<Buffer> stream) {
    in = Optional.of(stream);
    // Not `handler`, which would unpack a compressed message whatever size it grows to.
    stream.messageHandler(this::read);
    stream.invalidMessageHandler(
        invalid ->
            bad(
                invalid instanceof MessageSizeOverflowException large
                    ? "a frame of "
                        + large.messageSize()
                        + " bytes, the limit is "
                        + PeerFrame.BYTES_MAX
                    : String.valueOf(invalid.getMessage())));
    stream.exceptionHandler(broken -> over(String.valueOf(broken.getMessage())));
    stream.errorHandler(error -> over("the other side has broken it off: " + error));
    if (!reading) {
      stream.pause();
    }
  }

  private void read(GrpcMessage message) {
    if (over) {
      return;
    }
    byte[] frame = message.payload().getBytes();
    meters.add(Meter.FRAMES_RECEIVED, 1);
    meters.add(Meter.BYTES_RECEIVED, frame.length);
    try {
      if (!message.encoding().equals(UNCOMPRESSED)) {
        throw new BadMessage(
            "compressed with " + message.encoding() + ", which is not spoken here");
      }
      reader.read(frame);
    } catch (BadMessage unreadable) {
      bad(String.valueOf(unreadable.getMessage()));
    }
  }

  private void bad(String what) {
    if (!over) {
      meters.add(Meter.BAD_FRAMES, 1);
      refuse(GrpcStatus.INVALID_ARGUMENT, "unreadable frame: " + what);
      whenOver.accept("unreadable frame: " + what);
    }
  }

  private void over(String why) {
    if (!over) {
      over = true;
      waiting.clear();
      waitingBytes = 0;
      whenOver.accept(why);
    }
  }

  private void drain() {
    while (!waiting.isEmpty() && !over && !out.writeQueueFull()) {
      byte[] frame = waiting.remove();
      waitingBytes -= frame.length;
      write(frame);
    }
  }

  private void write(byte[] frame) {
    try {
      out.write(BufferInternal.buffer(Unpooled.wrappedBuffer(frame)));
    } catch (IllegalStateException broken) {
      over(String.valueOf(broken.getMessage()));
    }
  }
}
