package meridian.checker;

/// Of two transactions that wrote the same key, which came first: a thing that reads of registers
/// do not show, so that a proof has to look at both cases.
public record Choice(int key, int first, int second) {
  public Choice opposite() {
    return new Choice(key, second, first);
  }
}
