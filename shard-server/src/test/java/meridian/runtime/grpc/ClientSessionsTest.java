package meridian.runtime.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import meridian.model.NodeId;
import meridian.model.Timestamp;
import meridian.runtime.Meter;
import meridian.runtime.NodeDriver;
import meridian.txn.ClientMessage;
import meridian.txn.ClientMessage.Code;
import meridian.txn.ClientMessage.Hello;
import meridian.txn.ClientMessage.Refused;
import meridian.wire.ClientFrame;
import meridian.wire.WireWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Clients of one node, well behaved and not.
class ClientSessionsTest {
  private static final NodeId SERVER = new NodeId(1);
  private static final NodeId CLIENT = new NodeId(0x8000000000000001L);

  private final Nodes nodes = new Nodes();
  private final Probe probe = new Probe();

  @AfterEach
  void close() throws Exception {
    nodes.close();
  }

  @Test
  void aClientIsHeardUnderItsNumberAndAnswered() throws Exception {
    var server = nodes.start(SERVER, probe);
    var client = RawStream.session(nodes.vertx, server.port(), CLIENT);
    client.send(new Hello(1), new Hello(2));
    probe.hears(CLIENT, new Hello(1));
    probe.hears(CLIENT, new Hello(2));

    probe.say(CLIENT, refused(1));
    probe.say(CLIENT, refused(2));
    List<ClientMessage> answers = new ArrayList<>();
    while (answers.size() < 2) {
      answers.addAll(ClientFrame.decode(client.nextFrame()).messages());
    }
    assertEquals(List.of(refused(1), refused(2)), answers);
  }

  @Test
  void anAnswerToAClientThatHasLeftIsDropped() throws Exception {
    var server = nodes.start(SERVER, probe);
    var client = RawStream.session(nodes.vertx, server.port(), CLIENT);
    client.send(new Hello(1));
    probe.hears(CLIENT, new Hello(1));
    client.close();
    Nodes.await(
        () -> {
          probe.say(CLIENT, refused(1));
          return server.counters().get(Meter.DROPPED_NO_ROUTE) > 0;
        });
  }

  @Test
  void aSecondStreamOfAClientTakesTheFirstOnesPlace() throws Exception {
    var server = nodes.start(SERVER, probe);
    var first = RawStream.session(nodes.vertx, server.port(), CLIENT);
    first.send(new Hello(1));
    probe.hears(CLIENT, new Hello(1));
    var second = RawStream.session(nodes.vertx, server.port(), CLIENT);
    second.send(new Hello(2));
    probe.hears(CLIENT, new Hello(2));
    first.reasonOfEnd();

    probe.say(CLIENT, refused(7));
    assertEquals(List.of(refused(7)), ClientFrame.decode(second.nextFrame()).messages());
  }

  @Test
  void whenItIsCrowdedClientsAreHeldUpAndLoseNothing() throws Exception {
    var settings = new NodeDriver.Settings(5, 100, 1_000_000, 100);
    var server = nodes.start(SERVER, probe, Nodes.CLUSTER, 0, settings);
    var client = RawStream.session(nodes.vertx, server.port(), CLIENT);
    client.send(new Hello(0));
    probe.hears(CLIENT, new Hello(0));
    server.driver().pause();
    int sent = 2_000;
    for (int i = 1; i < sent; i++) {
      client.send(new Hello(i));
    }
    client.sendAndAwait(new Hello(sent));
    // Whoever reads sockets there has since had every chance to read that one.
    for (int i = 0; i < 5; i++) {
      RawStream.open(nodes.vertx, server.port(), RawStream.PEER).sendAndAwaitEnd(new byte[0]);
    }
    long received = server.counters().get(Meter.MESSAGES_RECEIVED);
    assertTrue(received > 50 && received < sent / 2, "took in " + received + " while it stood");

    server.driver().resume();
    for (int i = 1; i <= sent; i++) {
      probe.hears(CLIENT, new Hello(i));
    }
  }

  @Test
  void aClientThatDoesNotSayWhoItIsIsRefused() throws Exception {
    var server = nodes.start(SERVER, probe);
    var client = RawStream.open(nodes.vertx, server.port(), RawStream.STORE);
    client.send(new Hello(1));
    assertEquals("the first frame must say who speaks", client.reasonOfEnd());
  }

  @Test
  void aClientMayNotTakeTheNumberOfAServer() throws Exception {
    var server = nodes.start(SERVER, probe);
    var client = RawStream.session(nodes.vertx, server.port(), new NodeId(2));
    assertEquals("a client's number is drawn at random above 65535", client.reasonOfEnd());
  }

  @Test
  void aClientOfAnotherProtocolIsToldWhichToUse() throws Exception {
    var server = nodes.start(SERVER, probe);
    var client = RawStream.open(nodes.vertx, server.port(), RawStream.STORE);
    WireWriter frame = new WireWriter();
    frame.message(
        1,
        "",
        (hello, nothing) -> {
          hello.number(1, 99);
          hello.number(2, CLIENT.number());
        });
    client.send(frame.toByteArray());
    String why = client.reasonOfEnd();
    assertTrue(why.contains("speaks version 1 of the client protocol, the client version 99"), why);
  }

  @Test
  void anUnreadableFrameCostsItsSenderTheStreamAndNobodyElse() throws Exception {
    var server = nodes.start(SERVER, probe);
    var good = RawStream.session(nodes.vertx, server.port(), CLIENT);
    var bad = RawStream.session(nodes.vertx, server.port(), new NodeId(1L << 33));
    bad.send(new byte[] {0x12, 0x7f, 1, 2, 3});
    assertEquals(
        "unreadable frame: field 2: a length of 127 bytes where 3 are left", bad.reasonOfEnd());
    good.send(new Hello(1));
    probe.hears(CLIENT, new Hello(1));
    assertEquals(1, server.counters().get(Meter.BAD_FRAMES));
  }

  /// Four bytes of length are all that gRPC has, so 4 GiB is the most that a frame can declare.
  @Test
  void aFrameThatDeclaresMoreThanTheLimitIsRefusedBeforeItComes() throws Exception {
    var server = nodes.start(SERVER, probe);
    var http =
        nodes.vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    Promise<String> answer = Promise.promise();
    // All on one event loop, so that nothing of the answer has come before it is listened to.
    nodes
        .vertx
        .getOrCreateContext()
        .runOnContext(
            go ->
                http.request(
                        HttpMethod.POST,
                        server.port(),
                        Nodes.HOST,
                        "/" + ClientFrame.SERVICE + "/" + ClientFrame.METHOD)
                    .compose(
                        request ->
                            request
                                .putHeader("content-type", "application/grpc")
                                .putHeader("te", "trailers")
                                .send(Buffer.buffer(new byte[] {0, -1, -1, -1, -1, 1, 2, 3})))
                    .compose(
                        response ->
                            response
                                .end()
                                .map(
                                    ended ->
                                        response.getHeader("grpc-message")
                                            + response.getTrailer("grpc-message")))
                    .onComplete(answer));
    String why = answer.future().await(10, TimeUnit.SECONDS);
    assertTrue(why.contains("4294967295"), why);
    http.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void aFrameThatWouldUnpackToMoreThanTheLimitIsNotUnpacked() throws Exception {
    var server = nodes.start(SERVER, probe);
    var client = RawStream.open(nodes.vertx, server.port(), RawStream.STORE);
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[32 * 1024 * 1024]);
    }
    client.sendCompressed("gzip", packed.toByteArray());
    assertEquals(
        "unreadable frame: compressed with gzip, which is not spoken here", client.reasonOfEnd());
  }

  @Test
  void aMuteNodeIsRefusedToo() throws Exception {
    var server = nodes.start(SERVER, probe);
    var peer = RawStream.open(nodes.vertx, server.port(), RawStream.PEER);
    peer.send(PeerFrame.ofPing(1));
    assertEquals("the first frame must say who speaks", peer.reasonOfEnd());
  }

  private static Refused refused(long id) {
    return new Refused(id, Code.UNAVAILABLE, "", 0, Timestamp.ZERO);
  }
}
