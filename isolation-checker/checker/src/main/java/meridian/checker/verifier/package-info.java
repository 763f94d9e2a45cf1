/// The verifier of certificates: what one has to trust to trust a verdict, short enough to be read
/// in one sitting. It shares the history and its parsers with the search, and nothing else.
@NullMarked
package meridian.checker.verifier;

import org.jspecify.annotations.NullMarked;
