/// One group: a log that is chosen slot by slot, in ballots, and never changes its mind. Pure. See
/// [PaxosMessage] for who says what to whom.
package meridian.paxos;
