package meridian.client;

import java.util.List;
import meridian.txn.ClientMessage.Reply;
import meridian.txn.ClientMessage.Request;

/// What carries requests to coordinators and answers back. Endpoints are named by their place in
/// the order of nearness, from 0. No method blocks, and none calls its events before it returns.
public interface Transport extends AutoCloseable {
  /// Told what happens on the streams; from any thread, for one endpoint from one at a time.
  interface Events {
    /// A stream stands: what is sent from now on goes out on it.
    void onUp(int endpoint);

    /// A stream could not be opened, or was lost with what was on it.
    void onDown(int endpoint, String why);

    /// Answers came.
    void onReplies(int endpoint, List<Reply> replies);
  }

  /// How many endpoints there are.
  int endpoints();

  /// Called once, before anything else.
  ///
  /// @param incarnation drawn at random by this client
  void start(long incarnation, Events events);

  /// Opens a stream, instead of any that there is.
  void open(int endpoint);

  /// Sends on the stream, if it stands; otherwise nothing happens.
  void send(int endpoint, Request request);

  /// Ends all streams.
  @Override
  void close();
}
