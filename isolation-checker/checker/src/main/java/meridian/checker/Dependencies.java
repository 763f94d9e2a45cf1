package meridian.checker;

/// Everything that the facts alone say about the order of transactions, as a graph.
///
/// For the snapshot levels each transaction is two nodes, its start (where its snapshot is) and its
/// commit: a snapshot is a state, so these points are on the same line as the commits. An execution
/// exists if the points can be ordered (the construction is Viper's BC-graph; Zhang et al.,
/// "Viper", EuroSys 2023). For all other levels both are the same node.
final class Dependencies {
  private final Facts facts;
  private final Shape shape;
  private final Graph.Builder graph;

  private Dependencies(Facts facts, Shape shape) {
    this.facts = facts;
    this.shape = shape;
    this.graph = new Graph.Builder(shape.split() ? 2 * facts.nodes : facts.nodes);
  }

  static Graph.Builder of(Facts facts, RealTime time, Shape shape) {
    var dependencies = new Dependencies(facts, shape);
    dependencies.addReads();
    dependencies.addLists();
    if (shape.hasAnti()) {
      dependencies.addListReaders();
      dependencies.addRegisters();
    }
    dependencies.addSessions();
    dependencies.addRealTime(time);
    for (int node = 0; node < facts.nodes; node++) {
      if (shape.snapshot(node)) {
        dependencies.graph.edge(shape.start(node), shape.commit(node), Rule.INSIDE, -1);
      }
    }
    return dependencies.graph;
  }

  private int start(int node) {
    return shape.start(node);
  }

  private int commit(int node) {
    return shape.commit(node);
  }

  private void addReads() {
    for (int node = 0; node < facts.nodes; node++) {
      for (int read = facts.readFirst[node]; read < facts.readFirst[node + 1]; read++) {
        if (facts.readFrom[read] != Facts.INITIAL) {
          graph.edge(commit(facts.readNode(read)), start(node), Rule.READS_FROM, read);
        }
      }
    }
  }

  /// Back to the one before that asks for session order too, as that one is after all the others.
  private void addSessions() {
    for (int node = 0; node < facts.nodes; node++) {
      int before = shape.sessions(node) ? facts.before[node] : -1;
      while (before >= 0) {
        graph.edge(commit(before), start(node), Rule.SESSION, -1);
        before = shape.sessions(before) ? -1 : facts.before[before];
      }
    }
  }

  private void addRealTime(RealTime time) {
    var needed = new boolean[time.completions.length + 1];
    for (int node = 0; node < facts.nodes; node++) {
      needed[time.completedBefore[node]] |= shape.realTime(node);
    }
    var moment = new int[time.completions.length + 1];
    int last = -1;
    int done = 0;
    for (int count = 1; count < moment.length; count++) {
      if (needed[count]) {
        moment[count] = graph.addNode();
        for (; done < count; done++) {
          int completed = time.completions[done];
          graph.edge(commit(completed), moment[count], Rule.REAL_TIME, -1);
        }
        if (last >= 0) {
          graph.edge(last, moment[count], Rule.PASSES, -1);
        }
        last = moment[count];
      }
    }
    for (int node = 0; node < facts.nodes; node++) {
      if (shape.realTime(node) && time.completedBefore[node] > 0) {
        graph.edge(moment[time.completedBefore[node]], start(node), Rule.PASSES, -1);
      }
    }
  }

  /// The order that reads show, and after it the appends that nobody saw, in any order.
  private void addLists() {
    for (int key = 0; key < facts.chain.length; key++) {
      var chain = facts.chain[key];
      for (int i = 1; i < chain.length; i++) {
        overwrites(chain[i - 1], chain[i]);
      }
      if (chain.length > 0) {
        for (int i = facts.writesFirst[key]; i < facts.writesFirst[key + 1]; i++) {
          if (facts.chainIndex[facts.writes[i]] < 0) {
            overwrites(chain[chain.length - 1], facts.writes[i]);
          }
        }
      }
    }
  }

  private void overwrites(int write, int by) {
    graph.edge(commit(facts.writeNode[write]), start(facts.writeNode[by]), Rule.OVERWRITES, by);
  }

  private void addListReaders() {
    var tails = new Fan[facts.chain.length];
    for (int node = 0; node < facts.nodes; node++) {
      for (int read = facts.readFirst[node]; read < facts.readFirst[node + 1]; read++) {
        int key = facts.readKey[read];
        if (shape.anti(node) && facts.history.isList(key)) {
          var chain = facts.chain[key];
          int from = facts.readFrom[read];
          int next = from == Facts.INITIAL ? 0 : facts.chainIndex[from] + 1;
          if (next < chain.length) {
            anti(node, facts.writeNode[chain[next]], read);
          } else {
            tails[key] = tails[key] == null ? new Fan(unseenAppends(key)) : tails[key];
            tails[key].addReader(node, read);
          }
        }
      }
    }
  }

  private int[] unseenAppends(int key) {
    var unseen = new IntList();
    for (int i = facts.writesFirst[key]; i < facts.writesFirst[key + 1]; i++) {
      if (facts.chainIndex[facts.writes[i]] < 0) {
        unseen.add(facts.writeNode[facts.writes[i]]);
      }
    }
    return unseen.toArray();
  }

  /// Of a register's order the reads show only this: all writes overwrite the initial state, and
  /// who read a version and wrote the key itself overwrote that version.
  private void addRegisters() {
    var initial = new Fan[facts.history.keys()];
    var overwriters = new Overwriters(facts);
    for (int node = 0; node < facts.nodes; node++) {
      for (int read = facts.readFirst[node]; read < facts.readFirst[node + 1]; read++) {
        int key = facts.readKey[read];
        if (shape.anti(node) && !facts.history.isList(key)) {
          int from = facts.readFrom[read];
          if (from == Facts.INITIAL) {
            initial[key] = initial[key] == null ? new Fan(writersOf(key)) : initial[key];
            initial[key].addReader(node, read);
          } else {
            for (int other : overwriters.of(from)) {
              anti(node, other, read);
            }
          }
        }
      }
    }
  }

  private int[] writersOf(int key) {
    var writers = new int[facts.writesFirst[key + 1] - facts.writesFirst[key]];
    for (int i = 0; i < writers.length; i++) {
      writers[i] = facts.writeNode[facts.writes[facts.writesFirst[key] + i]];
    }
    return writers;
  }

  private void anti(int reader, int writer, int read) {
    if (reader != writer) {
      graph.edge(start(reader), commit(writer), Rule.ANTI_DEPENDS, read);
    }
  }

  /// Edges from many readers to the same many writers, but from nobody to itself: through two lines
  /// of helper nodes, one that reaches all later writers and one that reaches all earlier ones.
  private final class Fan {
    private static final int FEW = 8;

    private final int[] writers;
    private int[] later = {};
    private int[] earlier = {};

    Fan(int[] writers) {
      this.writers = writers;
    }

    void addReader(int reader, int read) {
      if (writers.length <= FEW) {
        for (int writer : writers) {
          anti(reader, writer, read);
        }
        return;
      }
      if (later.length == 0) {
        later = line();
        earlier = line();
        for (int i = 1; i < writers.length; i++) {
          graph.edge(later[i - 1], later[i], Rule.PASSES, -1);
          graph.edge(earlier[i], earlier[i - 1], Rule.PASSES, -1);
        }
      }
      // Writers are in the order of nodes, so a reader that is one of them is found by halving.
      int own = java.util.Arrays.binarySearch(writers, reader);
      int above = own >= 0 ? own + 1 : 0;
      if (above < writers.length) {
        graph.edge(start(reader), later[above], Rule.ANTI_DEPENDS, read);
      }
      if (own > 0) {
        graph.edge(start(reader), earlier[own - 1], Rule.ANTI_DEPENDS, read);
      }
    }

    private int[] line() {
      var line = new int[writers.length];
      for (int i = 0; i < line.length; i++) {
        line[i] = graph.addNode();
        graph.edge(line[i], commit(writers[i]), Rule.PASSES, -1);
      }
      return line;
    }
  }
}
