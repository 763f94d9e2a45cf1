package meridian.mutants;

import java.util.Optional;

/// One deliberate mistake in one place of one production class.
///
/// @param name says what the mutant does wrong
/// @param rule of protocol.md that it breaks
/// @param type the class, by its full name
/// @param find the text in its source, which occurs once
/// @param replace what stands there instead
/// @param schedule the directed schedule that catches it; nothing where random seeds do
record Mutant(
    String name, String rule, String type, String find, String replace, Optional<String> schedule) {
  @Override
  public String toString() {
    return name;
  }
}
