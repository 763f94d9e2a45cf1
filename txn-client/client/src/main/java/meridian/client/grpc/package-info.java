/// The streams of a client over gRPC.
@org.jspecify.annotations.NullMarked
package meridian.client.grpc;
