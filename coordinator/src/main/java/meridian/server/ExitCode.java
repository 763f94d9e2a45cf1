package meridian.server;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.UnknownHostException;
import meridian.client.MeridianException;
import meridian.storage.StoreUnusable;

/// What the numbers mean with which a server ends; those of sysexits.
public final class ExitCode {
  /// All went well, or it was told to stop.
  public static final int OK = 0;

  /// It was called wrongly.
  public static final int USAGE = 64;

  /// Something that it needs is not to be had: a port that another process has, a server to talk
  /// to.
  public static final int UNAVAILABLE = 69;

  /// It was wrong about itself, and stopped before harm was done.
  public static final int INTERNAL = 70;

  /// The data directory cannot be made, is in use, or belongs to somebody else.
  public static final int CANNOT_CREATE = 73;

  /// The disk or the network failed.
  public static final int IO = 74;

  /// The configuration is wrong.
  public static final int CONFIG = 78;

  /// For the help of commands.
  public static final String HELP_OK = "0:it was told to stop";

  public static final String HELP_USAGE = "64:it was called wrongly";
  public static final String HELP_UNAVAILABLE = "69:a port is taken, or nobody answers";
  public static final String HELP_INTERNAL =
      "70:it was wrong about itself, and stopped before harm was done";
  public static final String HELP_CANNOT_CREATE =
      "73:the data directory cannot be made, is in use, or belongs to another node";
  public static final String HELP_IO = "74:the disk or the network failed";
  public static final String HELP_CONFIG = "78:the configuration is wrong";

  private ExitCode() {}

  /// Says what has gone wrong.
  ///
  /// @return the number to end with
  public static int report(Exception failure, PrintWriter err) {
    switch (failure) {
      case BadConfig bad -> bad.complaints().forEach(complaint -> say(complaint, err));
      case StoreUnusable unusable -> say(String.valueOf(unusable.getMessage()), err);
      case IOException io -> say(String.valueOf(io.getMessage()), err);
      case UncheckedIOException io -> say(String.valueOf(io.getMessage()), err);
      case MeridianException unreachable -> say(String.valueOf(unreachable.getMessage()), err);
      default -> {
        say(failure.toString(), err);
        failure.printStackTrace(err);
      }
    }
    err.flush();
    return of(failure);
  }

  private static void say(String what, PrintWriter err) {
    err.println("meridian: " + what);
  }

  private static int of(Exception failure) {
    return switch (failure) {
      case BadConfig bad -> CONFIG;
      case StoreUnusable unusable -> CANNOT_CREATE;
      case BindException taken -> UNAVAILABLE;
      case UnknownHostException unknown -> UNAVAILABLE;
      case MeridianException unreachable -> UNAVAILABLE;
      case IOException io -> IO;
      case UncheckedIOException io -> IO;
      default -> INTERNAL;
    };
  }
}
