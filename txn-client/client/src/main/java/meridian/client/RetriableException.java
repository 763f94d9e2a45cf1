package meridian.client;

import java.util.Optional;
import meridian.model.AbortReason;

/// The transaction did not happen, and never will; the same code may succeed in a new one. It has
/// been tried already, for as long as its deadline and its attempts allowed.
public final class RetriableException extends MeridianException {
  private static final long serialVersionUID = 1;

  RetriableException(String message, AbortReason reason) {
    super(message, Optional.of(reason));
  }
}
