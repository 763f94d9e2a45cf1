package meridian.storage.lmdb;

import java.nio.file.Path;
import meridian.model.NodeId;
import meridian.storage.LogStore;
import meridian.storage.LogStoreContract;
import meridian.storage.StateStore;
import meridian.storage.StateStoreContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// The contracts, on real files, with maps so small that they must grow.
class LmdbStoresTest {
  static final DataDirectory.Identity NODE = new DataDirectory.Identity("test", new NodeId(1));
  private static final MapLimits SMALL = new MapLimits(64 * 1024, 1L << 30);

  @Nested
  class Log extends LogStoreContract {
    private @TempDir Path folder;
    private DataDirectory directory;
    private LogStore store;

    @BeforeEach
    void open() {
      directory = DataDirectory.open(folder, NODE);
      store = LmdbStores.openLog(directory, SMALL);
    }

    @AfterEach
    void close() {
      store.close();
      directory.close();
    }

    @Override
    protected LogStore reopen() {
      store.close();
      store = LmdbStores.openLog(directory, SMALL);
      return store;
    }
  }

  @Nested
  class State extends StateStoreContract {
    private @TempDir Path folder;
    private DataDirectory directory;
    private StateStore store;

    @BeforeEach
    void open() {
      directory = DataDirectory.open(folder, NODE);
      store = LmdbStores.openState(directory, SMALL);
    }

    @AfterEach
    void close() {
      store.close();
      directory.close();
    }

    @Override
    protected StateStore reopen() {
      store.close();
      store = LmdbStores.openState(directory, SMALL);
      return store;
    }
  }
}
