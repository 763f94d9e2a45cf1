package meridian.checker;

import java.util.Arrays;

/// A binary heap of nodes, least priority first; of equal priorities, the least node.
final class IntHeap {
  private final int[] priority;
  private int[] heap = new int[64];
  private int size;

  IntHeap(int[] priority) {
    this.priority = priority;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(int node) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    int at = size++;
    while (at > 0 && before(node, heap[(at - 1) / 2])) {
      heap[at] = heap[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    heap[at] = node;
  }

  int removeLeast() {
    int least = heap[0];
    int moved = heap[--size];
    int at = 0;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], moved)) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = moved;
    return least;
  }

  private boolean before(int node, int other) {
    return priority[node] < priority[other] || (priority[node] == priority[other] && node < other);
  }
}
