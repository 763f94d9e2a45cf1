package meridian.storage.lmdb;

import java.io.UncheckedIOException;
import meridian.storage.StoreUnusable;
import meridian.storage.cells.CellLogStore;
import meridian.storage.cells.CellStateStore;

/// Opens the stores of a data directory.
public final class LmdbStores {
  private LmdbStores() {}

  /// The log; one thread commits.
  ///
  /// @throws StoreUnusable if it is gone, or damaged where peers have no copy
  public static CellLogStore openLog(DataDirectory directory, MapLimits limits) {
    LmdbCells cells = LmdbCells.open(directory.log(), limits);
    try {
      return new CellLogStore(cells, new StoredRecords());
    } catch (UncheckedIOException damaged) {
      cells.close();
      throw new StoreUnusable(
          "The log in "
              + directory.log()
              + " cannot be read ("
              + damaged.getMessage()
              + "). Move the data directory away and let the node join as a new member.",
          damaged);
    } catch (StoreUnusable unusable) {
      cells.close();
      throw unusable;
    }
  }

  /// The state; one thread flushes, another may read meanwhile.
  ///
  /// @throws StoreUnusable if it is gone, or LMDB cannot open it
  public static CellStateStore openState(DataDirectory directory, MapLimits limits) {
    return new CellStateStore(LmdbCells.open(directory.state(), limits), new StoredRecords());
  }
}
