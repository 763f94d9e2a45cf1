/// Peers to measure Meridian against, each behind the same port. Not part of the product: built
/// when `meridian bench --peer` asks, and run in a process of its own, because the peers' client
/// libraries bring other versions of what we build on.
package meridian.peers;
