package meridian.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import meridian.bench.load.Answering;

/// Drives etcd, as the lines on standard input say; see [Answering].
public final class EtcdPeer {
  private EtcdPeer() {}

  public static void main(String[] args) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    // What libraries print must not get between our lines.
    var out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    System.setOut(System.err);
    Answering.run(EtcdStore::new, in, out);
    System.exit(0); // whatever threads the libraries have left
  }
}
