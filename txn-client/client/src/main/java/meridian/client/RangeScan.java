package meridian.client;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import meridian.model.KeyRange;
import meridian.txn.Entry;

/// What to read of a range. Reads when asked for rows, again each time.
public final class RangeScan {
  /// Reads all rows.
  interface Rows {
    List<Entry> read(KeyRange range, int limit, boolean reverse);
  }

  /// Starts to read a page at a time; an empty one is the end.
  interface Pages {
    Supplier<List<Entry>> start(KeyRange range, int limit, boolean reverse);
  }

  private final KeyRange range;
  private final Rows rows;
  private final Pages pages;
  private final int limit;
  private final boolean isReverse;

  RangeScan(KeyRange range, Rows rows, Pages pages) {
    this(range, rows, pages, 0, false);
  }

  private RangeScan(KeyRange range, Rows rows, Pages pages, int limit, boolean isReverse) {
    this.range = range;
    this.rows = rows;
    this.pages = pages;
    this.limit = limit;
    this.isReverse = isReverse;
  }

  /// The same, of so many rows at most.
  ///
  /// @param rowsMax 1 or more, or 0 for no limit
  public RangeScan limit(int rowsMax) {
    return new RangeScan(range, rows, pages, rowsMax, isReverse);
  }

  /// The same from the other end.
  public RangeScan reverse() {
    return new RangeScan(range, rows, pages, limit, !isReverse);
  }

  /// The rows, all of them in memory.
  public List<Entry> list() {
    return rows.read(range, limit, isReverse);
  }

  /// The rows, a page at a time, each read when it is asked for; none is empty.
  public Iterable<List<Entry>> pages() {
    return () -> new PageIterator(pages.start(range, limit, isReverse));
  }

  private static final class PageIterator implements Iterator<List<Entry>> {
    private final Supplier<List<Entry>> source;
    private List<Entry> next = List.of();
    private boolean isAtEnd;

    PageIterator(Supplier<List<Entry>> source) {
      this.source = source;
    }

    @Override
    public boolean hasNext() {
      if (next.isEmpty() && !isAtEnd) {
        next = source.get();
        isAtEnd = next.isEmpty();
      }
      return !isAtEnd;
    }

    @Override
    public List<Entry> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the range is at its end");
      }
      List<Entry> page = next;
      next = List.of();
      return page;
    }
  }
}
