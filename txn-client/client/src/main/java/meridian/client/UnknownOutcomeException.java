package meridian.client;

import java.util.Optional;
import meridian.model.Outcome;

/// The transaction happened, or it did not: no answer came in time, and its effects may yet appear.
/// Running the same code again may do it twice. Ask with the token first.
public final class UnknownOutcomeException extends MeridianException {
  private static final long serialVersionUID = 1;

  private final transient Outcome.Token token;

  UnknownOutcomeException(Outcome.Token token) {
    super(
        "no answer said in time whether transaction "
            + token.txn()
            + " committed; ask Database.outcome with the token "
            + Tokens.format(token),
        Optional.empty());
    this.token = token;
  }

  /// What to ask `Database.outcome` with, in this process or another.
  public Outcome.Token token() {
    return token;
  }
}
