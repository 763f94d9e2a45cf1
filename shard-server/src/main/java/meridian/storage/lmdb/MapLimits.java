package meridian.storage.lmdb;

/// How large an LMDB file may be. It is sparse: what is not used takes no room. It starts at the
/// first size and doubles when full.
///
/// @param bytesFirst a multiple of the page size
/// @param bytesMax of what is never exceeded; to be raised only by opening the store again
public record MapLimits(long bytesFirst, long bytesMax) {
  private static final long MEBIBYTE = 1024 * 1024;

  /// 64 MiB, up to 16 TiB: that is, until the disk is full.
  public static final MapLimits DEFAULT = new MapLimits(64 * MEBIBYTE, 16 * MEBIBYTE * MEBIBYTE);
}
