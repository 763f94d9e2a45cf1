package meridian.shell;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import meridian.client.PermanentException;
import meridian.client.RetriableException;
import meridian.client.Tokens;
import meridian.client.UnknownOutcomeException;
import meridian.model.Key;
import meridian.model.TxnId;

/// What went wrong with a command.
///
/// @param kind one word for programs
/// @param message for people
/// @param exitCode one of Exit's
/// @param key where, if one key is to blame
/// @param holder the transaction in the way, if one was
/// @param token what to ask with, where the outcome is unknown
record Failure(
    String kind,
    String message,
    int exitCode,
    Optional<Key> key,
    Optional<TxnId> holder,
    Optional<String> token) {
  static Failure of(RuntimeException error) {
    String message = String.valueOf(error.getMessage());
    return switch (error) {
      case ShellError wrong ->
          simple(wrong.exitCode() == Exit.USAGE ? "usage" : "failed", message, wrong.exitCode());
      case RetriableException conflict ->
          new Failure(
              "aborted",
              "aborted: " + message + "; nothing of it happened, try again",
              Exit.ABORTED,
              conflict.key(),
              conflict.holder(),
              Optional.empty());
      case UnknownOutcomeException unknown -> {
        String token = Tokens.format(unknown.token());
        yield new Failure(
            "unknown",
            "no answer said in time whether it committed; ask again with: outcome " + token,
            Exit.UNKNOWN,
            Optional.empty(),
            Optional.empty(),
            Optional.of(token));
      }
      case PermanentException wrong ->
          new Failure(
              "failed", message, Exit.FAILED, wrong.key(), wrong.holder(), Optional.empty());
      case CancellationException cancelled -> simple("cancelled", "cancelled", Exit.ABORTED);
      default -> simple("failed", message, Exit.FAILED);
    };
  }

  private static Failure simple(String kind, String message, int exitCode) {
    return new Failure(
        kind, message, exitCode, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
