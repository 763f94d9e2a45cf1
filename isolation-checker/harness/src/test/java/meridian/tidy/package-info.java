/// Tests that read the sources themselves: what no type can say, a rule here does.
@org.jspecify.annotations.NullMarked
package meridian.tidy;
