/// The coordinator: routing, reads, commits, and finding out how a transaction ended. Pure.
package meridian.coordinate;
