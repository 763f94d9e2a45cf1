package meridian.checker.example;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicLong;

/// Runs transactions on lists against PostgreSQL, and records what they saw in the form that the
/// checker reads. One file that needs nothing but a driver: see CHECK-YOUR-OWN.md.
///
///     java -cp postgresql.jar RecordJdbc.java URL LEVEL FILE
///
/// LEVEL is read-committed, snapshot (REPEATABLE READ) or serializable.
public final class RecordJdbc {
  private static final int SESSIONS = 8;
  private static final int TRANSACTIONS = 500;
  private static final int KEYS = 12;
  private static final int OPERATIONS_MAX = 4;

  private static final Map<String, Integer> LEVELS =
      Map.of(
          "read-committed", Connection.TRANSACTION_READ_COMMITTED,
          "snapshot", Connection.TRANSACTION_REPEATABLE_READ,
          "serializable", Connection.TRANSACTION_SERIALIZABLE);

  private final String url;
  private final String level;
  private final PrintWriter out;

  /// Every element is appended once only, so that reads tell who appended it.
  private final AtomicLong nextElement = new AtomicLong();

  private RecordJdbc(String url, String level, PrintWriter out) {
    this.url = url;
    this.level = level;
    this.out = out;
  }

  public static void main(String[] args) throws Exception {
    try (var out = new PrintWriter(Files.newBufferedWriter(Path.of(args[2])))) {
      new RecordJdbc(args[0], args[1], out).run();
    }
  }

  private void run() throws SQLException, InterruptedException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS lists");
      statement.execute("CREATE TABLE lists (key int PRIMARY KEY, elements bigint[] NOT NULL)");
      statement.execute("INSERT INTO lists SELECT i, '{}' FROM generate_series(1, " + KEYS + ") i");
    }
    List<Thread> threads = new ArrayList<>();
    for (int session = 0; session < SESSIONS; session++) {
      int number = session;
      threads.add(Thread.ofPlatform().start(() -> session(number)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void session(int session) {
    Random random = new Random(session);
    try (Connection connection = DriverManager.getConnection(url)) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(LEVELS.getOrDefault(level, -1));
      for (int i = 0; i < TRANSACTIONS; i++) {
        transaction(session, connection, random);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// An error before COMMIT is sent means that nothing happened. One after it means that only if
  /// the database says so; else nobody knows, and it must be recorded so.
  private void transaction(int session, Connection connection, Random random) throws SQLException {
    List<String> operations = new ArrayList<>();
    long invoked = System.nanoTime();
    boolean committing = false;
    String outcome;
    try {
      for (int i = 1 + random.nextInt(OPERATIONS_MAX); i > 0; i--) {
        int key = 1 + random.nextInt(KEYS);
        operations.add(random.nextBoolean() ? read(connection, key) : append(connection, key));
      }
      committing = true;
      connection.commit();
      outcome = "committed";
    } catch (SQLException e) {
      // Class 40 is "transaction rollback": 40001 could not serialize, 40P01 deadlock.
      String state = e.getSQLState();
      boolean refused = state != null && state.startsWith("40") && !state.equals("40003");
      outcome = refused || !committing ? "aborted" : "unknown";
      connection.rollback();
    }
    record(line(session, level, invoked, System.nanoTime(), outcome, operations));
  }

  private static String read(Connection connection, int key) throws SQLException {
    String query = "SELECT elements FROM lists WHERE key = ?";
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setInt(1, key);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        Array elements = rows.getArray(1);
        return "[\"read\"," + key + "," + Arrays.toString((Object[]) elements.getArray()) + "]";
      }
    }
  }

  private String append(Connection connection, int key) throws SQLException {
    long element = nextElement.incrementAndGet();
    String update = "UPDATE lists SET elements = array_append(elements, ?) WHERE key = ?";
    try (PreparedStatement statement = connection.prepareStatement(update)) {
      statement.setLong(1, element);
      statement.setInt(2, key);
      statement.executeUpdate();
    }
    return "[\"append\"," + key + "," + element + "]";
  }

  /// One transaction, as one line of JSON. Times are only compared, so any clock will do that all
  /// sessions share; without an outcome there is no time of completion.
  static String line(
      int session,
      String level,
      long invoked,
      long completed,
      String outcome,
      List<String> operations) {
    StringJoiner ops = new StringJoiner(",", "[", "]");
    operations.forEach(ops::add);
    String complete = outcome.equals("unknown") ? "null" : Long.toString(completed);
    return "{\"session\":%d,\"invoke\":%d,\"complete\":%s,\"outcome\":\"%s\",\"level\":\"%s\",\"ops\":%s}"
        .formatted(session, invoked, complete, outcome, level, ops);
  }

  private synchronized void record(String line) {
    out.println(line);
  }
}
