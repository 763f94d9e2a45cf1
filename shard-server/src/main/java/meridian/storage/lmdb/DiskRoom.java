package meridian.storage.lmdb;

/// Decides when a disk is too full for new work. It says so while there is still room for what is
/// under way, so that a node can finish that, cut its log and go on reading; and it takes it back
/// only when there is clearly more room, so that the answer does not flutter.
public final class DiskRoom {
  /// 64 MiB: some transactions of the largest size, in log and state.
  public static final long BYTES_LOW = 64 * 1024 * 1024;

  /// Twice that.
  public static final long BYTES_ENOUGH = 2 * BYTES_LOW;

  private final long bytesLow;
  private final long bytesEnough;
  private boolean full;

  public DiskRoom() {
    this(BYTES_LOW, BYTES_ENOUGH);
  }

  /// @param bytesLow with less than this the disk becomes full
  /// @param bytesEnough with at least this it no longer is
  public DiskRoom(long bytesLow, long bytesEnough) {
    this.bytesLow = bytesLow;
    this.bytesEnough = bytesEnough;
  }

  /// Whether new work is to be refused, given how much can be written now.
  public boolean isFull(long bytesUsable) {
    full = bytesUsable < (full ? bytesEnough : bytesLow);
    return full;
  }
}
