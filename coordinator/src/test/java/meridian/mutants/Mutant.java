package meridian.mutants;

import java.util.Optional;

/// One deliberate mistake in one place of one production class.
///
/// @param name says what the mutant does wrong
/// @param rule of protocol.md that it breaks
/// @param type the class, by its full name
/// @param find the text in its source, which occurs once
/// @param replace what stands there instead
/// @param test that catches it, as `meridian.paxos.LeaderTest#method`; nothing if only random seeds
///   do
record Mutant(
    String name, String rule, String type, String find, String replace, Optional<String> test) {
  @Override
  public String toString() {
    return name;
  }
}
