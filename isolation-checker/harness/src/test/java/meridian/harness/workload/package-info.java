/// Workloads against a small store in memory, correct or with a bug of our choice.
@org.jspecify.annotations.NullMarked
package meridian.harness.workload;
