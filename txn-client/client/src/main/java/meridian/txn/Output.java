package meridian.txn;

/// What a session wants its driver to do. Endpoints are named by their place in the order of
/// nearness, from 0.
public sealed interface Output {
  int endpoint();

  /// Open a stream to an endpoint, and tell how that went: `Session.onUp` or `onDown`.
  record Open(int endpoint) implements Output {}

  /// Send on the endpoint's stream. If the stream is lost, so may be what was sent: `onDown` says
  /// so.
  record Send(int endpoint, ClientMessage.Request request) implements Output {}
}
