/// Which isolation levels does a history of transactions satisfy? With a proof either way.
///
/// ```text
///   HistoryBuilder -> History          what clients saw, in columns
///                       | Resolver     who counts, who wrote, who read from whom
///                     Facts
///                       | Judgement    level by level, strongest first:
///                       |   CommitTests    evaluates one guessed execution
///                       |   Visibility     read committed, read atomic, causal: forced orders
///                       |   Search         the others: a graph (Dependencies), then, for pairs of
///                       |                  writes that a guess got wrong, Clauses over PairTheory
///                     Report           verdicts, each with an Execution or Evidence
/// ```
///
/// Everything is deterministic: nothing is iterated in an order that hashing decides.
@NullMarked
package meridian.checker;

import org.jspecify.annotations.NullMarked;
