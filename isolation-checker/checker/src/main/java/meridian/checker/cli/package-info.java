/// The commands `check` and `verify-certificate`.
@NullMarked
package meridian.checker.cli;

import org.jspecify.annotations.NullMarked;
