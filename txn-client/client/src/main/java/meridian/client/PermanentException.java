package meridian.client;

import java.util.Optional;
import meridian.model.AbortReason;

/// The operation can never work as it was asked for; nothing of its transaction happened. The
/// message names the thing, the limit and the remedy.
public final class PermanentException extends MeridianException {
  private static final long serialVersionUID = 1;

  PermanentException(String message) {
    super(message, Optional.empty());
  }

  PermanentException(String message, AbortReason reason) {
    super(message, Optional.of(reason));
  }
}
