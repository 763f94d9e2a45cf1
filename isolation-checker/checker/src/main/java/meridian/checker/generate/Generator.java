package meridian.checker.generate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/// A store with several versions per key and clients that run transactions against it, one step of
/// one client at a time. Reads are of the snapshot at the transaction's start; at commit, what must
/// not have changed since then is looked at, and if it has, the transaction aborts. Where there are
/// two sites, a client sees what its own committed, and of the other a part that grows.
public final class Generator {
  private final Settings settings;
  private final SplittableRandom random;
  private final Map<Long, List<Version>> store = new HashMap<>();
  private final Client[] clients;
  private final Sink sink;
  private long time;
  private final long[] commits;

  /// By site: how many commits of the other one have arrived.
  private final long[] arrived;

  private long values;
  private long keysBase;

  /// What to generate.
  ///
  /// @param sessions how many clients run at once
  /// @param operations how many operations a transaction has
  /// @param keys how many keys are in use; of lists, at a time
  /// @param readPercent how many of a hundred operations read
  public record Settings(
      Kind kind,
      int transactions,
      int sessions,
      int operations,
      int keys,
      int readPercent,
      long seed) {
    /// Ten sessions, lists of four operations or registers of eight.
    public static Settings of(Kind kind, int transactions, long seed) {
      return kind.lists()
          ? new Settings(kind, transactions, 10, 4, 100, 50, seed)
          : new Settings(kind, transactions, 50, 8, Math.max(100, transactions / 10), 50, seed);
    }

    /// The same with as many clients, operations, keys and reads as said, where it is.
    public Settings with(
        Optional<Integer> clients,
        Optional<Integer> length,
        Optional<Integer> inUse,
        Optional<Integer> reads) {
      return new Settings(
          kind,
          transactions,
          clients.orElse(sessions),
          length.orElse(operations),
          inUse.orElse(keys),
          reads.orElse(readPercent),
          seed);
    }
  }

  /// A list is renewed under another name when it has been appended to this often, as reads of long
  /// ones would be most of the history.
  private static final int APPENDS_PER_LIST = 20;

  private record Version(int site, long commit, long value) {}

  /// A site hears of the other's commits in this many of a hundred steps.
  private static final int ARRIVALS_PERCENT = 2;

  private static final int CARELESS_IN = 100;

  /// What a client does; `text` of a read is filled when it is done.
  record Operation(boolean write, long key, long value, List<Long> read) {}

  private static final class Client {
    private boolean running;
    private final int site;
    private long invoked;
    private final long[] snapshot;
    private int done;
    private List<Operation> operations = new ArrayList<>();

    Client(int site, int sites) {
      this.site = site;
      this.snapshot = new long[sites];
    }

    boolean sees(Version version) {
      return version.commit() <= snapshot[version.site()];
    }
  }

  private Generator(Settings settings, Sink sink) {
    this.settings = settings;
    this.sink = sink;
    this.random = new SplittableRandom(settings.seed());
    int sites = settings.kind().sites();
    this.commits = new long[sites];
    this.arrived = new long[sites];
    this.clients = new Client[settings.sessions()];
    for (int i = 0; i < clients.length; i++) {
      clients[i] = new Client(i % sites, sites);
    }
  }

  /// Writes a history of as many committed transactions as asked for.
  public static void generate(Settings settings, Appendable out) throws IOException {
    var sink =
        settings.kind().lists()
            ? new Sink.Jepsen(out)
            : settings.kind().shuffled() ? new Sink.Plume(out) : new Sink.Meridian(out);
    new Generator(settings, sink).run();
    sink.end();
  }

  private void run() throws IOException {
    int left = settings.transactions();
    while (left > 0) {
      int session = random.nextInt(clients.length);
      var client = clients[session];
      time++;
      replicate();
      if (!client.running) {
        begin(session, client);
      } else if (client.done < client.operations.size()) {
        step(client);
      } else if (commit(session, client)) {
        left--;
      }
    }
  }

  /// Now and then a site hears of all that the other has committed by now.
  private void replicate() {
    if (commits.length > 1 && random.nextInt(100) < ARRIVALS_PERCENT) {
      int site = random.nextInt(commits.length);
      arrived[site] = commits[1 - site];
    }
  }

  private void begin(int session, Client client) throws IOException {
    client.running = true;
    client.invoked = time;
    for (int site = 0; site < commits.length; site++) {
      client.snapshot[site] = site == client.site ? commits[site] : arrived[client.site];
    }
    client.done = 0;
    client.operations = new ArrayList<>();
    for (int i = 0; i < settings.operations(); i++) {
      long key = keysBase + random.nextInt(settings.keys());
      boolean write = random.nextInt(100) >= settings.readPercent();
      client.operations.add(new Operation(write, key, write ? ++values : 0, new ArrayList<>()));
    }
    sink.invoke(session, client.operations);
  }

  private void step(Client client) {
    var operation = client.operations.get(client.done++);
    var versions = store.computeIfAbsent(operation.key(), _ -> new ArrayList<>());
    if (settings.kind() == Kind.BROKEN && operation.write()) {
      versions.add(new Version(0, 0, operation.value()));
    } else if (!operation.write()) {
      read(client, operation, versions);
    }
  }

  private void read(Client client, Operation operation, List<Version> versions) {
    boolean lists = settings.kind().lists();
    boolean all = settings.kind() == Kind.BROKEN;
    for (int i = lists ? 0 : versions.size() - 1;
        i >= 0 && i < versions.size();
        i += lists ? 1 : -1) {
      if (all || client.sees(versions.get(i))) {
        operation.read().add(versions.get(i).value());
        if (!lists) {
          break;
        }
      }
    }
    for (var own : client.operations.subList(0, client.done)) {
      if (!all && own.write() && own.key() == operation.key()) {
        if (!lists) {
          operation.read().clear();
        }
        operation.read().add(own.value());
      }
    }
  }

  private boolean commit(int session, Client client) throws IOException {
    client.running = false;
    boolean careless =
        settings.kind() == Kind.BROKEN
            || (settings.kind() == Kind.SHUFFLED_LOST && random.nextInt(CARELESS_IN) == 0);
    boolean conflict = !careless && conflicts(client);
    if (!conflict && settings.kind() != Kind.BROKEN) {
      commits[client.site]++;
      for (var operation : client.operations) {
        if (operation.write()) {
          store
              .computeIfAbsent(operation.key(), _ -> new ArrayList<>())
              .add(new Version(client.site, commits[client.site], operation.value()));
          renew(operation.key());
        }
      }
    }
    sink.complete(
        session, client.operations, client.invoked, time, !conflict, commits[client.site]);
    return !conflict;
  }

  private boolean conflicts(Client client) {
    for (var operation : client.operations) {
      var versions = store.getOrDefault(operation.key(), List.of());
      boolean matters = operation.write() || settings.kind().serializable();
      if (matters && !versions.isEmpty() && !client.sees(versions.getLast())) {
        return true;
      }
    }
    return false;
  }

  private void renew(long key) {
    if (settings.kind().lists()
        && store.getOrDefault(key, List.of()).size() > APPENDS_PER_LIST
        && key >= keysBase) {
      keysBase++;
    }
  }
}
