package meridian.storage.cells;

import java.util.Arrays;

/// A run of numbers that grows and shrinks at both ends.
final class Sequences {
  private long[] ring = new long[16];
  private int head;
  private int size;

  int size() {
    return size;
  }

  void addLast(long... numbers) {
    makeRoom(numbers.length);
    for (long number : numbers) {
      ring[at(size)] = number;
      size++;
    }
  }

  /// Puts numbers before all others, keeping their order.
  void addFirst(long... numbers) {
    makeRoom(numbers.length);
    head = at(ring.length - numbers.length);
    size += numbers.length;
    for (int i = 0; i < numbers.length; i++) {
      ring[at(i)] = numbers[i];
    }
  }

  /// Takes the first so many away and returns them in order.
  long[] removeFirst(int count) {
    long[] removed = new long[count];
    Arrays.setAll(removed, i -> ring[at(i)]);
    head = at(count);
    size -= count;
    return removed;
  }

  /// Takes the last so many away and returns them in order.
  long[] removeLast(int count) {
    long[] removed = new long[count];
    int from = size - count;
    Arrays.setAll(removed, i -> ring[at(from + i)]);
    size -= count;
    return removed;
  }

  private int at(int i) {
    return (head + i) & (ring.length - 1);
  }

  private void makeRoom(int more) {
    if (size + more > ring.length) {
      long[] larger = new long[Integer.highestOneBit(size + more) << 1];
      for (int i = 0; i < size; i++) {
        larger[i] = ring[at(i)];
      }
      ring = larger;
      head = 0;
    }
  }
}
