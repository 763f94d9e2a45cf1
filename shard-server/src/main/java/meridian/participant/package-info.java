/// A shard as a participant of transactions: locks, validation, votes, outcomes, orphans. Pure.
package meridian.participant;
