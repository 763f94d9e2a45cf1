/// Histories of a simulated store, for tests and for measuring the checker.
@NullMarked
package meridian.checker.generate;

import org.jspecify.annotations.NullMarked;
