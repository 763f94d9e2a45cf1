package meridian.checker.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;
import java.util.zip.GZIPOutputStream;
import meridian.checker.BadHistory;
import meridian.checker.Checker;
import meridian.checker.History;
import meridian.checker.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
  private static Recording read(String text) throws IOException {
    return Recording.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void reads(String format, String expected, String text) throws IOException {
    var recording = read(text);
    assertEquals(format, recording.format());
    assertEquals(expected, summary(recording.history()));
  }

  private static String summary(History history) {
    var transactions = new StringJoiner(" | ");
    for (int txn = 0; txn < history.transactions(); txn++) {
      var operations = new StringJoiner(", ");
      for (int op = history.firstOperation(txn); op < history.endOfOperations(txn); op++) {
        operations.add(history.text(op));
      }
      var outcome = history.outcome(txn).name().substring(0, 1);
      transactions.add(outcome + history.sessionName(history.session(txn)) + " " + operations);
    }
    return transactions.toString();
  }

  @Test
  void readsItsOwnRecordings() throws IOException {
    reads(
        "Meridian",
        "C3 append(k, 5), read(k) = [1, 5], write(x, 7), read(y) = nothing | U4 write(x, 8)",
        """
        {"session":3,"txn":"a","invoke":1,"complete":2,"outcome":"committed","ts":"ff",
         "ops":[["append","k",5],["read","k",[1,5]],["write","x",7],["read","y",null]]}
        {"ops":[["write","x",8]],"complete":null,"invoke":3,"session":4,"outcome":"unknown"}
        """);
  }

  @Test
  void comparesHexadecimalTimestampsOf128Bits() throws IOException {
    var history =
        read("""
                {"session":1,"outcome":"committed","ts":"10000000000000000","ops":[]}
                {"session":1,"outcome":"committed","ts":"ffffffffffffffff","ops":[]}
                """)
            .history();
    assertTrue(history.hasTimestamps());
    assertTrue(history.compareTimestamps(0, 1) > 0);
  }

  @Test
  void readsJepsensMapsOneAfterAnother() throws IOException {
    reads(
        "Jepsen",
        "C0 append(x, 1), read(y) = [2, 3] | A1 write(z, 1) | U2 append(x, 2)",
        """
        {:index 0 :type :invoke, :process 0, :f :txn, :value [[:append :x 1] [:r :y nil]]}
        {:type :invoke, :process 1, :f :txn, :value [[:w :z 1]]}
        {:type :info, :process :nemesis, :f :kill, :value {"n1" :killed}}
        #jepsen.history.Op{:index 3, :type :ok, :process 0, :f :txn,
          :value [[:append :x 1] [:r :y [2 3]]]} ; read it
        {:type :fail, :process 1, :f :txn, :value [[:w :z 1]]}
        {:type :invoke, :process 2, :f :txn, :value [[:append :x 2] [:r :y nil]]}
        {:type :info, :process 2, :f :txn, :value nil, :error [:timeout "a } in a string"]}
        """);
  }

  @Test
  void readsJepsensVectorAndItsJsonTwin() throws IOException {
    var expected = "C0 write(x, 2) | C0 read(x) = 2";
    reads(
        "Jepsen",
        expected,
        "[{:type :ok, :process 0, :value ([:w :x 2])} {:type :ok :process 0 :value [[:r :x 2]]}]");
    reads(
        "Jepsen",
        expected,
        """
        [{"type":"ok","f":"txn","value":[["w","x",2]],"process":0,"index":2},
         {"type":"ok","f":"txn","value":[["r","x",2]],"process":0,"index":4}]
        """);
  }

  @Test
  void readsPlumesText() throws IOException {
    reads(
        "Plume",
        "C5 write(1, 10), read(2) = 0 | A5 write(1, 11) | C6 read(1) = 10",
        "w(1,10,5,0)\nr(2,0,5,0)\nw(1,11,5,-1)\nr(1,10,6,1)\n");
  }

  @Test
  void readsAwditsText() throws IOException {
    reads(
        "AWDIT",
        "C0 write(0, 1) | C0 read(0) = 1 | C1 write(0, 2), write(1, 2)",
        "w 0 1\n-----\nr 0 1\n=====\nw 0 2\nw 1 2\n");
  }

  @Test
  void readsDbcopsText() throws IOException {
    reads(
        "dbcop text",
        "C0 write(x, 1), read(y) = nothing | A0 write(x, 2) | C1 read(x) = 1",
        "[x:=1 y==?] [x:=2]!\n---\n// a comment\n[x==1]\n");
  }

  @Test
  void readsDbcopsJsonOldAndNew() throws IOException {
    var expected = "C0 write(1, 5) | A1 read(1) = 5";
    reads(
        "dbcop JSON",
        expected,
        """
        {"params":{"id":0},"info":"x","data":[
          [{"events":[{"write":true,"variable":1,"value":5,"success":true},
                      {"write":true,"variable":1,"value":6,"success":false}],"success":true}],
          [{"events":[{"write":false,"variable":1,"value":5,"success":true}],"success":false}]]}
        """);
    reads(
        "dbcop JSON",
        expected,
        """
        [[{"events":[{"Write":{"variable":1,"version":5}}],"committed":true}],
         [{"events":[["r",1,5]],"committed":false}]]
        """);
  }

  @Test
  void readsDbcopsBincode() throws IOException {
    var out = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(7).putLong(1).putLong(1).putLong(1).putLong(1);
    for (int text = 0; text < 3; text++) {
      out.putLong(2).put((byte) 'a').put((byte) 'b');
    }
    out.putLong(1).putLong(1).putLong(1);
    out.put((byte) 1).putLong(3).putLong(9).put((byte) 1).put((byte) 1);
    var bytes = java.util.Arrays.copyOf(out.array(), out.position());
    var recording = Recording.of(bytes);
    assertEquals("dbcop bincode", recording.format());
    assertEquals("C0 write(3, 9)", summary(recording.history()));
  }

  @Test
  void readsAFolderOfCobraLogs(@TempDir Path folder) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeByte('S');
    out.writeLong(1);
    out.writeByte('W');
    out.writeLong(77);
    out.writeLong(5);
    out.writeLong(0);
    out.writeByte('R');
    out.writeLong(0xbebeebeeL);
    out.writeLong(0xbebeebeeL);
    out.writeLong(6);
    out.writeLong(0);
    out.writeByte('C');
    out.writeLong(1);
    Files.write(folder.resolve("T0.log"), bytes.toByteArray());
    var recording = Recording.read(folder);
    assertEquals("Cobra", recording.format());
    assertEquals("C0 write(5, 77), read(6) = nothing", summary(recording.history()));
  }

  @Test
  void readsAllOfThemCompressed() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write("w(1,10,5,0)\n".getBytes(StandardCharsets.UTF_8));
    }
    assertEquals("Plume", Recording.of(bytes.toByteArray()).format());
  }

  @Test
  void saysWhereBadInputIsAndWhatWasExpected() {
    var e = assertThrows(BadHistory.class, () -> read("w(1,10,5,0)\nr(1,x,5,0)\n"));
    assertEquals("line 2, column 5: expected an integer, found 'x,5,0)'", e.getMessage());
    assertThrows(BadHistory.class, () -> read(""));
    assertThrows(BadHistory.class, () -> read("hello"));
    assertThrows(
        BadHistory.class, () -> read("{:type :ok, :process 0, :f :txn, :value [[:frob :x 1]]}"));
  }

  @Test
  void timesOfJepsenAreTheOrderOfItsOperations() throws IOException {
    var report =
        Checker.check(
            read("""
                    {:type :invoke, :process 0, :f :txn, :value [[:append :x 1]]}
                    {:type :ok, :process 0, :f :txn, :value [[:append :x 1]]}
                    {:type :invoke, :process 1, :f :txn, :value [[:r :x nil]]}
                    {:type :ok, :process 1, :f :txn, :value [[:r :x []]]}
                    """)
                .history());
    assertEquals(java.util.List.of(Level.SESSION_SERIALIZABLE), report.strongest());
  }
}
