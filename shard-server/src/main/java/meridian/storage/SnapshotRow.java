package meridian.storage;

import java.util.List;
import meridian.model.Key;

/// A key and its versions, newest first.
public record SnapshotRow(Key key, List<Version> versions) {
  public SnapshotRow {
    versions = List.copyOf(versions);
  }
}
