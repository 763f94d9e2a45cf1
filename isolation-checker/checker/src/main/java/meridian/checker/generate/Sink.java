package meridian.checker.generate;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import meridian.checker.generate.Generator.Operation;

/// Where generated transactions go, in one of the formats that the checker reads.
sealed interface Sink {
  void invoke(int session, List<Operation> operations) throws IOException;

  void complete(
      int session,
      List<Operation> operations,
      long invoked,
      long completed,
      boolean committed,
      long timestamp)
      throws IOException;

  default void end() throws IOException {}

  /// Jepsen's EDN, list-append.
  record Jepsen(Appendable out) implements Sink {
    @Override
    public void invoke(int session, List<Operation> operations) throws IOException {
      operation("invoke", session, operations, false);
    }

    @Override
    public void complete(
        int session,
        List<Operation> operations,
        long invoked,
        long completed,
        boolean committed,
        long timestamp)
        throws IOException {
      operation(committed ? "ok" : "fail", session, operations, committed);
    }

    private void operation(String type, int session, List<Operation> operations, boolean done)
        throws IOException {
      out.append("{:type :").append(type).append(", :process ");
      out.append(Integer.toString(session)).append(", :f :txn, :value [");
      var separator = "";
      for (var operation : operations) {
        out.append(separator).append(operation.write() ? "[:append " : "[:r ");
        out.append(Long.toString(operation.key())).append(' ');
        if (operation.write()) {
          out.append(Long.toString(operation.value()));
        } else if (done && !operation.read().isEmpty()) {
          elements(operation.read());
        } else {
          out.append("nil");
        }
        out.append(']');
        separator = " ";
      }
      out.append("]}\n");
    }

    private void elements(List<Long> read) throws IOException {
      var separator = "[";
      for (long element : read) {
        out.append(separator).append(Long.toString(element));
        separator = " ";
      }
      out.append(']');
    }
  }

  /// Meridian's own recording of registers.
  record Meridian(Appendable out) implements Sink {
    @Override
    public void invoke(int session, List<Operation> operations) {}

    @Override
    public void complete(
        int session,
        List<Operation> operations,
        long invoked,
        long completed,
        boolean committed,
        long timestamp)
        throws IOException {
      out.append("{\"session\":").append(Integer.toString(session));
      out.append(",\"invoke\":").append(Long.toString(invoked));
      out.append(",\"complete\":").append(Long.toString(completed));
      out.append(",\"outcome\":\"").append(committed ? "committed\"" : "aborted\"");
      if (committed) {
        out.append(",\"ts\":").append(Long.toString(timestamp));
      }
      out.append(",\"ops\":[");
      var separator = "";
      for (var operation : operations) {
        out.append(separator).append(operation.write() ? "[\"write\",\"" : "[\"read\",\"");
        out.append(Long.toString(operation.key())).append("\",");
        out.append(
            operation.write()
                ? Long.toString(operation.value())
                : operation.read().isEmpty() ? "null" : operation.read().getFirst().toString());
        out.append(']');
        separator = ",";
      }
      out.append("]}\n");
    }
  }

  /// Plume's text, one session after the other. Transactions are numbered in that order too, so
  /// that nothing in the file tells in which order they ran.
  record Plume(Appendable out, Map<Integer, List<List<Operation>>> sessions) implements Sink {
    Plume(Appendable out) {
      this(out, new TreeMap<>());
    }

    @Override
    public void invoke(int session, List<Operation> operations) {}

    @Override
    public void complete(
        int session,
        List<Operation> operations,
        long invoked,
        long completed,
        boolean committed,
        long timestamp) {
      if (committed) {
        sessions.computeIfAbsent(session, _ -> new java.util.ArrayList<>()).add(operations);
      }
    }

    @Override
    public void end() throws IOException {
      int txn = 0;
      for (var session : sessions.entrySet()) {
        for (var operations : session.getValue()) {
          for (var operation : operations) {
            out.append(operation.write() ? "w(" : "r(");
            out.append(Long.toString(operation.key())).append(',');
            long read = operation.read().isEmpty() ? 0 : operation.read().getFirst();
            out.append(Long.toString(operation.write() ? operation.value() : read));
            out.append(',').append(session.getKey().toString());
            out.append(',').append(Integer.toString(txn)).append(")\n");
          }
          txn++;
        }
      }
    }
  }
}
