package meridian.simulate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.Value;
import meridian.simulate.History.Op;
import meridian.txn.Answer;
import meridian.txn.Attempt;
import meridian.txn.Entry;
import meridian.txn.Scan;

/// One attempt at a transaction of a workload: does things, and writes down what it did and saw.
final class Tx {
  private final Attempt attempt;
  private final List<Op> ops = new ArrayList<>();

  Tx(Attempt attempt) {
    this.attempt = attempt;
  }

  List<Op> ops() {
    return ops;
  }

  /// Reads a register.
  void read(Key key, Consumer<Optional<String>> then) {
    attempt.get(
        key,
        answer ->
            whenOk(
                answer,
                entry -> {
                  Optional<String> value = entry.map(e -> e.value().toUtf8());
                  ops.add(new Op.Read(key, value));
                  then.accept(value);
                }));
  }

  /// Reads registers, all in one request.
  void readAll(List<Key> keys, Runnable then) {
    attempt.getAll(
        keys,
        answer ->
            whenOk(
                answer,
                entries -> {
                  for (int i = 0; i < keys.size(); i++) {
                    ops.add(new Op.Read(keys.get(i), entries.get(i).map(e -> e.value().toUtf8())));
                  }
                  then.run();
                }));
  }

  /// Sets a register.
  void write(Key key, String value) {
    ops.add(new Op.Write(key, value));
    attempt.put(key, Value.utf8(value));
  }

  /// Reads a list.
  void readList(Key key, Consumer<List<Long>> then) {
    attempt.get(
        key,
        answer ->
            whenOk(
                answer,
                entry -> {
                  List<Long> elements = elements(entry);
                  ops.add(new Op.ReadList(key, elements));
                  then.accept(elements);
                }));
  }

  /// Reads a list and puts an element at its end.
  void append(Key key, long element, Runnable then) {
    readList(
        key,
        elements -> {
          List<Long> longer = new ArrayList<>(elements);
          longer.add(element);
          ops.add(new Op.Append(key, element));
          attempt.put(
              key,
              Value.utf8(longer.stream().map(String::valueOf).collect(Collectors.joining(","))));
          then.run();
        });
  }

  private static List<Long> elements(Optional<Entry> entry) {
    return entry
        .map(e -> Arrays.stream(e.value().toUtf8().split(",")).map(Long::valueOf).toList())
        .orElse(List.of());
  }

  /// Reads the registers of a range; with a limit above 0, the first so many, or the last in
  /// reverse.
  void scan(KeyRange range, int limit, boolean reverse, Consumer<List<Entry>> then) {
    Scan scan = attempt.scan(range, limit, reverse);
    attempt.rows(
        scan,
        answer ->
            whenOk(
                answer,
                rows -> {
                  note(range, limit, reverse, rows);
                  then.accept(rows);
                }));
  }

  private void note(KeyRange range, int limit, boolean reverse, List<Entry> rows) {
    KeyRange covered = range;
    if (limit > 0 && rows.size() == limit) {
      Key last = rows.getLast().key();
      covered = reverse ? new KeyRange(last, range.end()) : KeyRange.of(range.start(), last.next());
    }
    var values = new TreeMap<Key, String>();
    rows.forEach(row -> values.put(row.key(), row.value().toUtf8()));
    ops.add(new Op.Scan(covered, values));
  }

  /// Reads what the history is not told of, because the workload checks it by itself.
  void readPrivately(KeyRange range, Consumer<List<Entry>> then) {
    attempt.rows(attempt.scan(range, 0, false), answer -> whenOk(answer, then));
  }

  void putPrivately(Key key, Value value) {
    attempt.put(key, value);
  }

  void deletePrivately(Key key) {
    attempt.delete(key);
  }

  void addPrivately(Key key, long delta) {
    attempt.addBlind(key, delta);
  }

  void commit() {
    attempt.commit();
  }

  void rollback() {
    attempt.rollback();
  }

  private <T> void whenOk(Answer<T> answer, Consumer<T> then) {
    switch (answer) {
      case Answer.Ok<T>(T value) -> then.accept(value);
      case Answer.Failed<T>(RuntimeException why) -> attempt.fail(why);
    }
  }
}
