/// What clients do to a store so that its mistakes show, and how to tell that they have.
@org.jspecify.annotations.NullMarked
package meridian.harness.workload;
