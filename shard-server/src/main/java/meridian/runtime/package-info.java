/// Where a node meets the world: the only threads, clocks and sockets that there are.
///
/// ```
/// streams in -> decode -> inbox -> step (pure) -> Effects
///                           ^                      |  |
///                           |     sends ahead <----+  +--> writes: log thread, one commit
///                           |          |                   for all that has gathered
///                           |          v                          |
///                           |     streams out <------ sends ------+
///                           |                                     |
///                           +---- to oneself <--------------------+
///                           +---- Flushed <---- state thread <----+ flushes
/// ```
///
/// Stepping, decoding, encoding and sockets of a node share one event loop. Durable before visible:
/// a send leaves when the commit has returned that holds the writes of its own step and of all
/// before.
@org.jspecify.annotations.NullMarked
package meridian.runtime;
