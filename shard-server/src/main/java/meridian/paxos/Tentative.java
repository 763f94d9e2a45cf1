package meridian.paxos;

import meridian.model.TxnPart;

/// A vote on the fast path, durable at a member of an electorate: this member holds the part, will
/// hold no other that conflicts with it, and says so of no other timestamp than the part's (rules
/// E1 to E4).
///
/// @param tag the ballot of this member's log when it voted; never the ballot promised (rule P4)
/// @param part whole, since a new leader may have to prepare it from nothing but this
public record Tentative(Ballot tag, TxnPart part) {}
