/// Certificates: verdicts with their proofs as JSON, and a verifier that believes none of it.
///
/// `Verifier` and `Proven` share nothing with the search but the history and its readers. Small
/// enough to be read in one sitting, they are what one has to trust to trust a verdict.
@NullMarked
package meridian.checker.certificate;

import org.jspecify.annotations.NullMarked;
