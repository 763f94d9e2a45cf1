package meridian.node;

import meridian.model.Timestamp;

/// Something that gets inputs and answers with effects; the whole of Meridian's protocol is made of
/// these. A node never blocks, reads no clock and no file, and draws chance only from a generator
/// it was given, so that the same inputs give the same effects, in production and under simulation.
///
/// One driver owns a node: it calls `step` for everything that has arrived, then `finish` once,
/// then makes the writes durable, then lets the sends out. Never from two threads at a time.
public interface Node {
  /// Takes one input.
  void step(Input input, Now now, Effects out);

  /// Called when all that had arrived was stepped: what was gathered into batches leaves here.
  void finish(Now now, Effects out);

  /// The reading of the node's hybrid logical clock to stamp on what it sends.
  Timestamp clock(Now now);
}
