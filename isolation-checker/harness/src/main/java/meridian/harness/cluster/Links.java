package meridian.harness.cluster;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The ways between the servers on one machine, all of which lead through this process, so that it
/// can cut them: what is sent stands still and arrives when the cut is mended, as on a network that
/// loses packets for a while.
///
/// Every server is known to the others by a name. Each resolves it to an address of its own on
/// loopback, 127.0.FROM.TO, and there listens one of these. Linux has those addresses; elsewhere
/// they must be made first.
final class Links implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int BACKLOG = 50;

  private final List<Integer> ports;
  private final List<ServerSocket> doors = new ArrayList<>();
  private final List<Socket> sockets = new ArrayList<>();
  private final Set<Integer> lonely = new TreeSet<>();
  private boolean isOver;

  /// @param ports of the servers, in their order
  private Links(List<Integer> ports) {
    this.ports = ports;
  }

  /// Opens all ways.
  ///
  /// @throws IOException if the machine has no such addresses
  static Links open(List<Integer> ports) throws IOException {
    Links links = new Links(List.copyOf(ports));
    try {
      for (int from = 1; from <= ports.size(); from++) {
        for (int to = 1; to <= ports.size(); to++) {
          links.open(from, to);
        }
      }
      return links;
    } catch (IOException failure) {
      links.close();
      throw failure;
    }
  }

  private void open(int from, int to) throws IOException {
    InetAddress address = InetAddress.getByName(address(from, to));
    ServerSocket door = new ServerSocket(ports.get(to - 1), BACKLOG, address);
    doors.add(door);
    Thread.ofVirtual().start(() -> accept(door, from, to));
  }

  private static String address(int from, int to) {
    return "127.0." + from + "." + to;
  }

  /// What the cluster file calls a server.
  static String host(int node) {
    return "node-" + node;
  }

  /// The hosts file of one server.
  String hosts(int from) {
    StringBuilder text = new StringBuilder("127.0.0.1 localhost\n");
    for (int to = 1; to <= ports.size(); to++) {
      text.append(address(from, to)).append(' ').append(host(to)).append('\n');
    }
    return text.toString();
  }

  /// Cuts a server off from all others.
  synchronized void cut(int node) {
    lonely.add(node);
  }

  /// Mends all cuts.
  synchronized void heal() {
    lonely.clear();
    notifyAll();
  }

  private synchronized boolean awaitWay(int from, int to) throws InterruptedException {
    while (!isOver && from != to && (lonely.contains(from) || lonely.contains(to))) {
      wait();
    }
    return !isOver;
  }

  private void accept(ServerSocket door, int from, int to) {
    try (door) {
      while (true) {
        Socket near = door.accept();
        Thread.ofVirtual().start(() -> connect(near, from, to));
      }
    } catch (IOException closed) {
      // All is over.
    }
  }

  private void connect(Socket near, int from, int to) {
    try (near;
        Socket far = new Socket()) {
      if (!keep(near) || !keep(far) || !awaitWay(from, to)) {
        return;
      }
      InetAddress loopback = InetAddress.getByName("127.0.0.1");
      far.connect(new InetSocketAddress(loopback, ports.get(to - 1)));
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      Thread back = Thread.ofVirtual().start(() -> carry(far, near, from, to));
      carry(near, far, from, to);
      back.join();
    } catch (IOException nobodyThere) {
      // Whoever called finds its connection closed.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean keep(Socket socket) {
    sockets.removeIf(Socket::isClosed);
    sockets.add(socket);
    return !isOver;
  }

  /// Carries bytes one way until either side closes; then neither goes on.
  private void carry(Socket source, Socket sink, int from, int to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (source;
        sink;
        InputStream in = source.getInputStream();
        OutputStream out = sink.getOutputStream()) {
      int count = in.read(buffer);
      while (count >= 0 && awaitWay(from, to)) {
        out.write(buffer, 0, count);
        count = in.read(buffer);
      }
    } catch (IOException closed) {
      // By one of the two, or by us.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    List<Closeable> open = new ArrayList<>(doors);
    synchronized (this) {
      isOver = true;
      notifyAll();
      open.addAll(sockets);
    }
    for (Closeable each : open) {
      try {
        each.close();
      } catch (IOException isNoMore) {
        // Nobody waits for what it still had to send.
      }
    }
  }
}
