/// How the log and the state of a node lie on a disk: as cells of an ordered map of byte strings
/// that changes in atomic steps. Pure; what is below the map is an adapter's, so that the simulator
/// runs the very layout, checksums and recovery that real disks see.
///
/// ```
/// the log's map
///   01                              the bound of the clock
///   02 shard                        a shard's ballots, its cut, whether its log is damaged
///   03 sequence                     an entry of some shard; the sequence is the node's
/// the state's map
///   01 shard                        how far the sweep for garbage has come
///   02 shard                        the tables as of the last flush
///   03 shard transaction            how it ended
///   04 layer chunk 00 00 ~ts        a version, newest first
///   04 layer chunk 00 01            a link: longer keys go on in a layer of their own
/// ```
///
/// Numbers are big-endian, so that their order is the order of their bytes. Every content is sealed
/// with checksums over it and the cell it belongs into, see [Seal].
package meridian.storage.cells;
