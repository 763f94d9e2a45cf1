/// Certificates: verdicts with their proofs as JSON, for `meridian.checker.verifier` to check.
@NullMarked
package meridian.checker.certificate;

import org.jspecify.annotations.NullMarked;
