package meridian.storage.lmdb;

import java.nio.file.Path;
import meridian.storage.StoreUnusable;

/// Takes a directory into use, says how that went, and keeps it until killed or until its input
/// ends.
public final class HoldDirectory {
  private HoldDirectory() {}

  public static void main(String[] arguments) throws Exception {
    try (DataDirectory directory = DataDirectory.open(Path.of(arguments[0]), LmdbStoresTest.NODE)) {
      System.out.println("holds " + directory.log());
      System.in.read();
    } catch (StoreUnusable refusal) {
      System.out.println(refusal.getMessage());
    }
  }
}
