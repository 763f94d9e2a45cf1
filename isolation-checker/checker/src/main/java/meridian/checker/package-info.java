/// Which isolation levels does a history of transactions satisfy? With a proof either way.
///
/// ```text
///   History -> Resolver -> Facts -> Judgement -> Report
///                                     |- CommitTests    evaluates an execution
///                                     |- Dependencies   what is known, as a Graph
/// ```
@NullMarked
package meridian.checker;

import org.jspecify.annotations.NullMarked;
