/// How messages become bytes and back. The contract is in `meridian/wire/*.proto`; it is read and
/// written by hand here, since everything the store does passes through it, and the tests hold the
/// two together. Nothing that comes in is trusted: whatever the bytes are, the answer is a message
/// or [BadMessage].
@org.jspecify.annotations.NullMarked
package meridian.wire;
