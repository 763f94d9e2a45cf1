/// A whole cluster in one process, to try things out and to break them: the real nodes on real
/// files and real streams, with the delays of the wide area between their regions.
@org.jspecify.annotations.NullMarked
package meridian.dev;
