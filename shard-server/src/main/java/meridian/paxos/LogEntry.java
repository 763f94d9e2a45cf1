package meridian.paxos;

/// What stands in one slot of a log.
///
/// @param slot counted from 1 without holes
/// @param origin the ballot whose leader put the command there. Two logs that have the same origin
///   in the same slot agree up to and including it: that leader only ever appended, and whoever
///   took the entry took all before it with it (rules P1 and P5).
public record LogEntry(long slot, Ballot origin, Command command) {
  private static final int OVERHEAD_BYTES = 64;

  /// About how many bytes the entry takes, for batching.
  public long sizeBytes() {
    return OVERHEAD_BYTES
        + switch (command) {
          case Command.Prepare prepare -> prepare.part().sizeBytes();
          case Command.OnePhase onePhase -> onePhase.part().sizeBytes();
          case Command.Barrier barrier -> 0;
          case Command.Fence fence -> 0;
          case Command.Decide decide -> 0;
          case Command.TsLimit limit -> 0;
          case Command.Collect collect -> 0;
        };
  }
}
