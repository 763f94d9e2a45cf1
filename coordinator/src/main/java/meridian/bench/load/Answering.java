package meridian.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

/// The process that drives a peer: does what it is asked on one stream, line by line, and says what
/// came of it on the other.
///
/// ```
///  open ENDPOINT,... KEYS VALUE_BYTES           -> done
///  load                                         -> done
///  run WORKLOAD CLIENTS WARM_UP_MILLIS MILLIS SEED
///                           -> progress MILLIS ENDED, ..., begins, ..., ends, tally ...
///  check                                        -> done
///  close                                        -> done
/// ```
///
/// To whatever fails the answer is `failed` and why.
public final class Answering {
  /// How a store is reached.
  public interface Opener {
    /// @param endpoints where its servers take clients
    Store open(List<String> endpoints);
  }

  private record Opened(Store store, Records records, Zipf zipf) {}

  private final Opener opener;
  private final PrintWriter out;
  private Optional<Opened> opened = Optional.empty();

  private Answering(Opener opener, PrintWriter out) {
    this.opener = opener;
    this.out = out;
  }

  /// Answers until there are no more lines.
  public static void run(Opener opener, BufferedReader in, PrintWriter out) throws IOException {
    Answering answering = new Answering(opener, out);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      answering.say(answering.answer(line.split(" ", -1)));
    }
    answering.close();
  }

  private String answer(String[] words) {
    try {
      switch (words[0]) {
        case "open" -> open(words);
        case "load" -> Loader.load(current().store, current().records);
        case "check" -> Loader.checkTotal(current().store, current().records);
        case "close" -> close();
        case "run" -> {
          return "tally " + measure(words).toLine();
        }
        default -> throw new IllegalArgumentException("nobody knows how to " + words[0]);
      }
      return "done";
    } catch (InterruptedException nobodyInterrupts) {
      Thread.currentThread().interrupt();
      return "failed interrupted";
    } catch (RuntimeException failure) {
      return "failed " + String.valueOf(failure).replace('\n', ' ');
    }
  }

  private void open(String[] words) {
    close();
    Records records = new Records(Long.parseLong(words[2]), Integer.parseInt(words[3]));
    Store store = opener.open(List.of(words[1].split(",", -1)));
    opened = Optional.of(new Opened(store, records, new Zipf(records.loaded())));
  }

  private Tally measure(String[] words) throws InterruptedException {
    Plan plan =
        new Plan(
            Workload.titled(words[1]),
            Integer.parseInt(words[2]),
            Long.parseLong(words[3]),
            Long.parseLong(words[4]),
            Long.parseLong(words[5]));
    Opened on = current();
    return Loop.run(on.store, on.records, on.zipf, plan, new Teller());
  }

  private Opened current() {
    return opened.orElseThrow(() -> new IllegalStateException("no store is open"));
  }

  private void close() {
    opened.ifPresent(on -> on.store.close());
    opened = Optional.empty();
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }

  private final class Teller implements Loop.Watcher {
    @Override
    public void begins() {
      say("begins");
    }

    @Override
    public void goesOn(long millis, long ended) {
      say("progress " + millis + " " + ended);
    }

    @Override
    public void ends() {
      say("ends");
    }
  }
}
