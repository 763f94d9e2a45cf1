package meridian.client.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Predicate;
import meridian.client.Transport;
import meridian.txn.ClientMessage.Reply;
import meridian.txn.ClientMessage.Request;

/// Streams to [FakeCoordinator]s in this process, all served by one thread. For tests of everything
/// above the network: a coordinator can be killed and restarted, and answers can be lost.
public final class InMemoryTransport implements Transport {
  private final FakeStore store;
  private final List<Place> places = new ArrayList<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
  private Events events = new Nobody();

  private static final class Place {
    private final FakeCoordinator coordinator;
    private boolean isUp = true;
    private boolean isOpen;
    private Predicate<Request> ignored = request -> false;
    private Predicate<Reply> lost = reply -> false;

    Place(FakeCoordinator coordinator) {
      this.coordinator = coordinator;
    }
  }

  public InMemoryTransport(FakeStore store, String... regions) {
    this.store = store;
    for (String region : regions) {
      places.add(new Place(new FakeCoordinator(store, region)));
    }
  }

  /// A store of two shards, split at `m`, and a coordinator in each of two regions.
  public static InMemoryTransport ofTwoRegions() {
    return new InMemoryTransport(new FakeStore(3, "m"), "oregon", "belgium");
  }

  /// Looks at the store, or changes it, while nobody else does.
  public <T> T withStore(Function<FakeStore, T> action) {
    return onThread(() -> action.apply(store));
  }

  /// Kills a coordinator, and its stream with it.
  public void kill(int endpoint) {
    onThread(
        () -> {
          places.get(endpoint).isUp = false;
          if (places.get(endpoint).isOpen) {
            places.get(endpoint).isOpen = false;
            events.onDown(endpoint, "connection reset");
          }
          return true;
        });
  }

  /// Starts it again.
  public void restart(int endpoint) {
    onThread(() -> places.get(endpoint).isUp = true);
  }

  /// Makes a coordinator deaf to some requests, and its answers get lost.
  public void lose(int endpoint, Predicate<Request> ignored, Predicate<Reply> lost) {
    onThread(
        () -> {
          places.get(endpoint).ignored = ignored;
          places.get(endpoint).lost = lost;
          return true;
        });
  }

  @Override
  public int endpoints() {
    return places.size();
  }

  @Override
  public void start(long incarnation, Events to) {
    events = to;
  }

  @Override
  public void open(int endpoint) {
    later(
        () -> {
          Place place = places.get(endpoint);
          place.isOpen = place.isUp;
          if (place.isOpen) {
            events.onUp(endpoint);
          } else {
            events.onDown(endpoint, "connection refused");
          }
        });
  }

  @Override
  public void send(int endpoint, Request request) {
    later(
        () -> {
          Place place = places.get(endpoint);
          if (place.isOpen && !place.ignored.test(request)) {
            Reply reply = place.coordinator.answer(request, System.currentTimeMillis() * 1_000);
            if (!place.lost.test(reply)) {
              events.onReplies(endpoint, List.of(reply));
            }
          }
        });
  }

  @Override
  public void close() {
    thread.shutdown();
  }

  private void later(Runnable action) {
    if (!thread.isShutdown()) {
      Future<?> done = thread.submit(action);
      if (done.isCancelled()) {
        throw new IllegalStateException("nobody cancels");
      }
    }
  }

  private <T> T onThread(java.util.concurrent.Callable<T> action) {
    try {
      return thread.submit(action).get();
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Nobody implements Events {
    @Override
    public void onUp(int endpoint) {}

    @Override
    public void onDown(int endpoint, String why) {}

    @Override
    public void onReplies(int endpoint, List<Reply> replies) {}
  }
}
