/// Readers of recorded histories: Meridian's own recordings, Jepsen's, and those of other checkers.
///
/// `Recording.read` recognises a file by its content. Readers work on bytes, without an object per
/// token: reading is most of the time that a check of a valid history takes.
@NullMarked
package meridian.checker.format;

import org.jspecify.annotations.NullMarked;
