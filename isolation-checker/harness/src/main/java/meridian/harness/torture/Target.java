package meridian.harness.torture;

import java.io.IOException;
import java.util.List;
import java.util.Random;

/// A cluster that is up, and what can be done to it.
interface Target extends AutoCloseable {
  /// What it is, in a few words.
  String about();

  /// Where its coordinators listen, as a client is told; a different one first for each client.
  String endpoints(int client);

  /// Breaks it, until the fault ends. One fault at a time.
  ///
  /// @throws IllegalArgumentException if this is none of its nemeses
  Fault strike(Nemesis nemesis, Random random) throws IOException, InterruptedException;

  /// Nodes that have ended by themselves, with their last words.
  List<String> casualties();

  @Override
  void close();

  /// Something broken.
  ///
  /// @param what what was done to whom
  /// @param end mends it
  record Fault(String what, End end) {
    /// Mends what was broken.
    interface End {
      void mend() throws IOException, InterruptedException;
    }
  }
}
