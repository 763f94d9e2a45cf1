package meridian.checker;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Read committed, read atomic and causal: levels whose tests put every pair of transactions that
/// matters in one order, so that nothing has to be chosen. The forced order is a graph; the level
/// holds if it has no cycle, and any order of it is an execution.
///
/// That these axioms are polynomial is shown by Biswas and Enea (OOPSLA 2019); keeping for each
/// session its last transaction that is known to another follows Plume (OOPSLA 2024) and AWDIT
/// (PLDI 2025).
final class Visibility {
  /// How many sessions are looked at in one pass: a row of clocks per transaction stays small.
  private static final int SESSIONS_PER_PASS = 64;

  private static final long CYCLE_EFFORT = 5_000_000;

  private final Facts facts;
  private final RealTime time;
  private final int[] guess;

  private int[] order = {};

  Visibility(Facts facts, RealTime time, int[] guess) {
    this.facts = facts;
    this.time = time;
    this.guess = guess;
  }

  /// The execution that passes, after an `evidence` that is empty.
  int[] order() {
    return order;
  }

  Optional<Evidence> evidence(Level level) {
    var builder = Dependencies.of(facts, time, Shape.of(level));
    var known = builder.build();
    var cycle = sort(known);
    if (cycle.isPresent() || level == Level.READ_COMMITTED) {
      return cycle;
    }
    boolean fits = level == Level.CAUSAL ? addCauses(builder, order) : addHalves(builder);
    return fits ? sort(builder.build()) : Optional.of(unseenInitial);
  }

  private Optional<Evidence> sort(Graph graph) {
    var priority = new int[graph.nodes];
    Arrays.fill(priority, -1);
    for (int at = 0; at < guess.length; at++) {
      priority[guess[at]] = at;
    }
    var sorted = graph.topological(priority);
    if (sorted.length < graph.nodes) {
      var walk = graph.shortCycle(CYCLE_EFFORT);
      return Optional.of(new Evidence.Cycle(new Cycles(facts, false).edges(graph, walk)));
    }
    order = Arrays.stream(sorted).filter(node -> node < facts.nodes).toArray();
    return Optional.empty();
  }

  /// Whoever reads one write of W and another key that W wrote from U puts W before U. False if U
  /// is the initial state.
  private boolean addHalves(Graph.Builder graph) {
    for (int node = 0; node < facts.nodes; node++) {
      int end = facts.readFirst[node + 1];
      for (int one = facts.readFirst[node]; one < end; one++) {
        int writer = facts.readNode(one);
        for (int other = facts.readFirst[node]; writer >= 0 && other < end; other++) {
          int source = facts.readNode(other);
          if (source != writer && facts.writeOf(writer, facts.readKey[other]) >= 0) {
            if (source < 0) {
              return missed(Rule.ATOMIC, writer, other);
            }
            graph.edge(writer, source, Rule.ATOMIC, other);
          }
        }
      }
    }
    return true;
  }

  /// Evidence that something is before the initial state. Set when an edge cannot be added.
  private Evidence unseenInitial = new Evidence.Cycle(List.of());

  private boolean missed(Rule rule, int writer, int read) {
    int txn = facts.txn[writer];
    int reader = facts.history.transactionOf(facts.readOp[read]);
    var causes = new Causes(facts);
    var path = rule == Rule.CAUSAL ? causes.path(writer, reader) : causes.read(writer, reader);
    int key = facts.readKey[read];
    unseenInitial =
        new Evidence.Cycle(
            List.of(
                new Edge(rule, txn, Edge.INITIAL_STATE, key, facts.readOp[read], -1, path),
                new Edge(Rule.ANTI_DEPENDS, Edge.INITIAL_STATE, txn, -1, -1)));
    return false;
  }

  /// Whoever reads a key from U and knows of another write of it, by W, puts W before U. False if U
  /// is the initial state.
  private boolean addCauses(Graph.Builder graph, int[] sorted) {
    var chains = new Chains(facts);
    var clocks = new int[facts.nodes * SESSIONS_PER_PASS];
    for (int from = 0; from < chains.count; from += SESSIONS_PER_PASS) {
      int to = Math.min(chains.count, from + SESSIONS_PER_PASS);
      fillClocks(clocks, chains, sorted, from, to);
      for (int node : sorted) {
        for (int read = facts.readFirst[node]; read < facts.readFirst[node + 1]; read++) {
          if (!addCausesOf(read, node, clocks, chains, from, to, graph)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /// By node and chain: how many transactions of the chain precede the node.
  private void fillClocks(int[] clocks, Chains chains, int[] sorted, int from, int to) {
    Arrays.fill(clocks, 0);
    for (int node : sorted) {
      learn(clocks, node, facts.before[node], chains, from, to);
      int last = -1;
      for (int read = facts.readFirst[node]; read < facts.readFirst[node + 1]; read++) {
        int source = facts.readNode(read);
        if (source != last) {
          learn(clocks, node, source, chains, from, to);
          last = source;
        }
      }
    }
  }

  private static void learn(int[] clocks, int node, int source, Chains chains, int from, int to) {
    if (source < 0) {
      return;
    }
    int mine = node * SESSIONS_PER_PASS;
    int theirs = source * SESSIONS_PER_PASS;
    for (int i = 0; i < to - from; i++) {
      clocks[mine + i] = Math.max(clocks[mine + i], clocks[theirs + i]);
    }
    int chain = chains.chain[source];
    if (chain >= from && chain < to) {
      int at = mine + chain - from;
      clocks[at] = Math.max(clocks[at], chains.index[source] + 1);
    }
  }

  private boolean addCausesOf(
      int read, int node, int[] clocks, Chains chains, int from, int to, Graph.Builder graph) {
    int key = facts.readKey[read];
    int source = facts.readNode(read);
    int[] writers = chains.writersOf(key);
    for (int i = chains.firstWriterIn(key, from); i < writers.length; ) {
      int chain = chains.chain[writers[i]];
      if (chain >= to) {
        break;
      }
      int known = clocks[node * SESSIONS_PER_PASS + chain - from];
      int last = -1;
      for (; i < writers.length && chains.chain[writers[i]] == chain; i++) {
        last = chains.index[writers[i]] < known ? writers[i] : last;
      }
      if (last >= 0 && last != source) {
        if (source < 0) {
          return missed(Rule.CAUSAL, last, read);
        }
        boolean implied = clocks[source * SESSIONS_PER_PASS + chain - from] > chains.index[last];
        if (!implied) {
          graph.edge(last, source, Rule.CAUSAL, read);
        }
      }
    }
    return true;
  }
}
