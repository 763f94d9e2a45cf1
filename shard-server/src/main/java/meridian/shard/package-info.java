/// One node's shards, each made of a group's replica and a participant, with their state on disk.
/// Pure.
package meridian.shard;
