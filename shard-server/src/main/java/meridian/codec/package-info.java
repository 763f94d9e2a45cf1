/// How what nodes say and store becomes bytes and back: `node.proto` and `record.proto`, written
/// and read by hand in the manner of [meridian.wire].
@org.jspecify.annotations.NullMarked
package meridian.codec;
