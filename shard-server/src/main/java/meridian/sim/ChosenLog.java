package meridian.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import meridian.model.Invariant;
import meridian.model.Message;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.Timestamp;
import meridian.paxos.Ballot;
import meridian.paxos.LogEntry;
import meridian.paxos.PaxosMessage;
import meridian.storage.LogWrite;

/// Knows what each group has chosen, from nothing but what is on the disks, and holds everybody to
/// it.
///
/// An entry is chosen when a majority has had it durably in the log of one ballot. From then on it
/// is never another; every log of a higher ballot has it (rule P2); nobody cuts or claims to be
/// chosen what is not. Whoever looks on with all disks in view sees a mistake long before a client
/// could.
public final class ChosenLog implements Observer {
  /// What is chosen in one slot, and the ballot in which it first was.
  private record Chosen(LogEntry entry, Ballot ballot) {}

  /// One group.
  private static final class Group {
    final ShardId shard;
    final List<NodeId> members;
    final SortedMap<NodeId, DurableLog> logs = new TreeMap<>();

    /// For each ballot how far each member's log has ever reached in it.
    final SortedMap<Ballot, long[]> accepted = new TreeMap<>();

    /// What is chosen, from slot 1 on.
    final List<Chosen> chosen = new ArrayList<>();

    Group(ShardId shard, List<NodeId> members) {
      this.shard = shard;
      this.members = members;
      members.forEach(member -> logs.put(member, new DurableLog()));
    }

    Chosen chosen(long slot) {
      return chosen.get((int) slot - 1);
    }
  }

  private final SortedMap<ShardId, Group> groups = new TreeMap<>();
  private final SortedMap<ShardId, SortedSet<Ballot>> ballotsLed = new TreeMap<>();
  private final BiConsumer<ShardId, LogEntry> onChosen;

  /// @param onChosen told of each entry once, in the order of slots
  public ChosenLog(
      SortedMap<ShardId, List<NodeId>> members, BiConsumer<ShardId, LogEntry> onChosen) {
    this.onChosen = onChosen;
    members.forEach((shard, nodes) -> groups.put(shard, new Group(shard, List.copyOf(nodes))));
  }

  /// The last slot that is chosen.
  public long chosenThrough(ShardId shard) {
    return group(shard).chosen.size();
  }

  /// The entry that is chosen in a slot up to `chosenThrough`.
  public LogEntry entry(ShardId shard, long slot) {
    return group(shard).chosen(slot).entry();
  }

  /// How many ballots got as far as a leader, beyond the first of each group.
  public long elections() {
    return ballotsLed.values().stream().mapToLong(ballots -> ballots.size() - 1).sum();
  }

  @Override
  public void durable(NodeId machine, List<LogWrite> batch) {
    SortedSet<ShardId> touched = new TreeSet<>();
    SortedSet<ShardId> moved = new TreeSet<>();
    for (LogWrite write : batch) {
      switch (write) {
        case LogWrite.Append w -> {
          apply(w.shard(), machine, w, touched);
          agree(group(w.shard()), machine, w.entry());
        }
        case LogWrite.Truncate w -> apply(w.shard(), machine, w, moved);
        case LogWrite.Cut w -> apply(w.shard(), machine, w, moved);
        case LogWrite.Ballots w -> apply(w.shard(), machine, w, moved);
        case LogWrite.Repaired w -> apply(w.shard(), machine, w, moved);
        case LogWrite.Vote w -> log(w.shard(), machine).apply(w);
        case LogWrite.VoteDropped w -> log(w.shard(), machine).apply(w);
        case LogWrite.ClockBound w -> {}
      }
    }
    touched.addAll(moved);
    touched.forEach(shard -> accepted(group(shard), machine));
    moved.forEach(shard -> verify(group(shard), machine));
  }

  @Override
  public void sent(NodeId from, NodeId to, Timestamp stamp, Message message) {
    if (message instanceof PaxosMessage.Accept accept) {
      ballotsLed.computeIfAbsent(accept.shard(), shard -> new TreeSet<>()).add(accept.ballot());
      Invariant.check(
          accept.chosenThrough() <= chosenThrough(accept.shard()),
          "%s claims that %s has chosen slot %s, it has %s",
          from,
          accept.shard(),
          accept.chosenThrough(),
          chosenThrough(accept.shard()));
    }
  }

  private void apply(ShardId shard, NodeId machine, LogWrite write, SortedSet<ShardId> changed) {
    log(shard, machine).apply(write);
    changed.add(shard);
  }

  private Group group(ShardId shard) {
    return Invariant.present(groups.get(shard), "%s is no group", shard);
  }

  private DurableLog log(ShardId shard, NodeId machine) {
    return log(group(shard), machine);
  }

  private static DurableLog log(Group group, NodeId machine) {
    return Invariant.present(group.logs.get(machine), "%s is no member", machine);
  }

  /// A member's log of its present ballot has grown: perhaps more is chosen.
  private void accepted(Group group, NodeId machine) {
    DurableLog log = log(group, machine);
    Ballot ballot = log.logBallot();
    if (ballot.equals(Ballot.ZERO)) {
      return;
    }
    long[] reached = group.accepted.computeIfAbsent(ballot, b -> new long[group.members.size()]);
    int member = group.members.indexOf(machine);
    reached[member] = Math.max(reached[member], log.slotLast());
    long[] sorted = reached.clone();
    Arrays.sort(sorted);
    long held = Math.min(sorted[(sorted.length - 1) / 2], reached[member]);
    for (long slot = group.chosen.size() + 1L; slot <= held; slot++) {
      Invariant.check(
          log.holds(slot), "%s of %s cut slot %s before it was chosen", machine, group.shard, slot);
      choose(group, log.get(slot), ballot);
    }
  }

  private void choose(Group group, LogEntry entry, Ballot ballot) {
    group.chosen.add(new Chosen(entry, ballot));
    group.logs.forEach(
        (member, log) -> {
          boolean above = log.logBallot().isAbove(ballot);
          Invariant.check(
              !above || log.slotLast() >= entry.slot(),
              "%s chose %s in %s, and %s has a log of %s that ends at slot %s",
              group.shard,
              entry,
              ballot,
              member,
              log.logBallot(),
              log.slotLast());
          if (log.holds(entry.slot())) {
            agree(group, member, log.get(entry.slot()));
          }
        });
    onChosen.accept(group.shard, entry);
  }

  /// In a log of the ballot in which a slot was chosen, or of any above, stands what was chosen.
  private static void agree(Group group, NodeId member, LogEntry entry) {
    if (entry.slot() > group.chosen.size()) {
      return;
    }
    Chosen chosen = group.chosen(entry.slot());
    Ballot ballot = log(group, member).logBallot();
    Invariant.check(
        ballot.isBelow(chosen.ballot()) || entry.equals(chosen.entry()),
        "%s chose %s in %s, and %s has %s in its log of %s",
        group.shard,
        chosen.entry(),
        chosen.ballot(),
        member,
        entry,
        ballot);
  }

  /// Checks all of a member's log, after more than an append has happened to it.
  private static void verify(Group group, NodeId member) {
    DurableLog log = log(group, member);
    Invariant.check(
        log.cutThrough() <= group.chosen.size(),
        "%s cut %s through slot %s, chosen is slot %s",
        member,
        group.shard,
        log.cutThrough(),
        group.chosen.size());
    for (long slot = log.cutThrough() + 1; slot <= group.chosen.size(); slot++) {
      Chosen chosen = group.chosen(slot);
      if (log.holds(slot)) {
        agree(group, member, log.get(slot));
      } else {
        Invariant.check(
            !log.logBallot().isAbove(chosen.ballot()),
            "%s chose %s in %s, and %s has a log of %s without it",
            group.shard,
            chosen.entry(),
            chosen.ballot(),
            member,
            log.logBallot());
      }
    }
  }
}
