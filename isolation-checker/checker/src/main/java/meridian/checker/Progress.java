package meridian.checker;

/// Is told what a check is at, for somebody who waits. From the thread that checks, and often: who
/// shows it should not show everything.
public interface Progress {
  /// @param step what is being done, such as `snapshot: 3,000 conflicts`
  void at(String step);

  /// Tells nobody.
  static Progress none() {
    return _ -> {};
  }
}
