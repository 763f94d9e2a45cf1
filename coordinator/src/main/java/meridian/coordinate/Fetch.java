package meridian.coordinate;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import meridian.model.KeyRange;
import meridian.model.Limits;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.txn.ClientMessage;
import meridian.txn.Reading;

/// One read of a client while it is under way: its ranges, and how far each has come over the
/// shards that it crosses.
final class Fetch {
  /// With so many bytes of keys and values the answer is full: the client asks for the rest itself.
  /// Half of what a message may hold, since the last page may go beyond.
  private static final long BYTES_MAX = Limits.MESSAGE_BYTES_MAX / 2;

  /// One range: the pages that have come, and what is still to be read.
  private static final class Progress {
    final Reading.Range asked;
    final List<Reading.Page> pages = new ArrayList<>();
    Optional<KeyRange> rest;
    long rows;

    Progress(Reading.Range asked) {
      this.asked = asked;
      this.rest = asked.keys().isEmpty() ? Optional.empty() : Optional.of(asked.keys());
    }

    /// What the next page is asked for.
    Reading.Range next(KeyRange within) {
      int limit = asked.limit() == 0 ? 0 : (int) (asked.limit() - rows);
      return new Reading.Range(rest.orElseThrow().intersect(within), limit, asked.reverse());
    }

    boolean isDone() {
      boolean enough = asked.limit() > 0 && rows >= asked.limit();
      return rest.isEmpty() || enough || full;
    }

    /// A page came back full: the client asks for the rest itself.
    boolean full;

    void take(Reading.Page page) {
      pages.add(page);
      rows += page.rows().size();
      full = page.rest().isPresent();
      rest = asked.reverse() ? before(page.covered()) : after(page.covered());
    }

    private Optional<KeyRange> after(KeyRange covered) {
      return covered
          .end()
          .map(end -> new KeyRange(end, asked.keys().end()))
          .filter(r -> !r.isEmpty());
    }

    private Optional<KeyRange> before(KeyRange covered) {
      return Optional.of(KeyRange.of(asked.keys().start(), covered.start()))
          .filter(r -> !r.isEmpty());
    }
  }

  final NodeId client;
  final ClientMessage.Read request;
  final long dueMicros;
  private final List<Progress> ranges = new ArrayList<>();

  /// How many requests to shards are out, and how many were made in all.
  private int outstanding;

  private int asked;
  private boolean strong = true;

  /// Keys and values read so far.
  private long bytes;

  Fetch(NodeId client, ClientMessage.Read request, long dueMicros) {
    this.client = client;
    this.request = request;
    this.dueMicros = dueMicros;
    request.ranges().forEach(range -> ranges.add(new Progress(range)));
  }

  /// What to ask of one shard: the next page of some ranges, by their place in the request.
  record Question(ShardMap.Shard shard, List<Integer> places, List<Reading.Range> ranges) {}

  /// What is to be asked next, one question a shard; nothing while answers are awaited or when all
  /// has been read. A range goes from shard to shard in its own order.
  List<Question> questions(ShardMap map) {
    if (outstanding > 0 || bytes >= BYTES_MAX) {
      return List.of();
    }
    NavigableMap<ShardId, Question> questions = new TreeMap<>();
    for (int place = 0; place < ranges.size(); place++) {
      Progress progress = ranges.get(place);
      if (!progress.isDone()) {
        List<ShardMap.Shard> shards = map.overlapping(progress.rest.orElseThrow());
        ShardMap.Shard shard = progress.asked.reverse() ? shards.getLast() : shards.getFirst();
        Question question =
            questions.computeIfAbsent(
                shard.id(), id -> new Question(shard, new ArrayList<>(), new ArrayList<>()));
        question.places().add(place);
        question.ranges().add(progress.next(shard.range()));
      }
    }
    outstanding = questions.size();
    asked += outstanding;
    return List.copyOf(questions.values());
  }

  /// A shard has answered a question.
  void take(Question question, List<Reading.Page> pages, boolean strongly) {
    outstanding--;
    strong &= strongly;
    for (int i = 0; i < pages.size(); i++) {
      ranges.get(question.places().get(i)).take(pages.get(i));
      bytes += bytesOf(pages.get(i));
    }
  }

  boolean isDone() {
    return outstanding == 0 && (bytes >= BYTES_MAX || ranges.stream().allMatch(Progress::isDone));
  }

  private static long bytesOf(Reading.Page page) {
    long bytes = 0;
    for (Reading.Row row : page.rows()) {
      bytes += row.key().size() + row.value().size();
    }
    return bytes;
  }

  /// Whether the answer is strictly serializable by itself: one shard, asked once, said so.
  boolean isStrong() {
    return strong && asked == 1;
  }

  /// What was read of each range. Where many shards have answered at once, some of it is left out,
  /// so that the answer fits into a message.
  List<ClientMessage.RangeResult> results() {
    List<ClientMessage.RangeResult> results = new ArrayList<>();
    long given = 0;
    for (Progress progress : ranges) {
      if (given >= BYTES_MAX) {
        results.add(new ClientMessage.RangeResult(List.of(), Optional.of(progress.asked.keys())));
      } else {
        results.add(new ClientMessage.RangeResult(progress.pages, progress.rest));
        given += progress.pages.stream().mapToLong(Fetch::bytesOf).sum();
      }
    }
    return results;
  }
}
