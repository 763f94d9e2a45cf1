/// The port to the disk: a log that is synced before anything is said, and a state that follows it.
/// Its adapters live in sub-packages; the port itself is pure.
package meridian.storage;
