package meridian.shell;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import meridian.client.ReadOptions;
import meridian.client.Tokens;
import meridian.model.Isolation;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.shell.Statement.Change;

/// Understands commands. What it does not understand it answers with how the command is used.
final class Parser {
  private final String name;
  private final Deque<Word> words;

  private Parser(List<Word> command) {
    this.words = new ArrayDeque<>(command);
    this.name = words.remove().text().toLowerCase(Locale.ROOT);
  }

  /// The meaning of a command.
  ///
  /// @param command at least one word
  /// @param clusterCommands names, with their backslash, that mean something here too
  /// @throws ShellError if it has none
  static Statement parse(List<Word> command, List<String> clusterCommands) {
    return new Parser(command).statement(clusterCommands);
  }

  private Statement statement(List<String> clusterCommands) {
    Statement statement =
        switch (name) {
          case "put", "delete", "del", "add" -> new Statement.Batch(name, List.of(change(name)));
          case "get" -> new Statement.Get(key(), how());
          case "scan" -> scan();
          case "batch" -> batch();
          case "cas" -> new Statement.Cas(key(), next().valueOrNil(), next().valueOrNil());
          case "begin" -> new Statement.Begin(level());
          case "commit" -> new Statement.Commit();
          case "rollback", "abort" -> new Statement.Rollback();
          case "outcome" -> outcome();
          case "help", "\\help", "\\h", "\\?" ->
              new Statement.Help(Optional.ofNullable(words.poll()).map(Word::text));
          case "\\timing" -> new Statement.Timing(onOrOff());
          case "\\format" -> new Statement.UseFormat(format());
          case "\\isolation" -> new Statement.UseIsolation(level());
          case "\\snapshot" -> new Statement.UseSnapshot(age());
          case "\\token" ->
              new Statement.UseToken(Optional.ofNullable(words.poll()).map(Word::text));
          case "\\q", "\\quit", "quit", "exit" -> new Statement.Quit();
          default -> cluster(clusterCommands);
        };
    if (!words.isEmpty()) {
      throw ShellError.usage("'" + words.peek() + "' is too much; " + usage());
    }
    return statement;
  }

  private Statement cluster(List<String> clusterCommands) {
    if (!clusterCommands.contains(name)) {
      throw ShellError.usage("there is no command '" + name + "'; see \\help");
    }
    List<String> arguments = words.stream().map(Word::text).toList();
    words.clear();
    return new Statement.Cluster(name, arguments);
  }

  private Statement scan() {
    List<Key> bounds = new ArrayList<>();
    Optional<KeyRange> range = Optional.empty();
    int limit = 0;
    boolean isReverse = false;
    Optional<ReadOptions> how = Optional.empty();
    while (!words.isEmpty()) {
      Optional<ReadOptions> wanted = how();
      if (wanted.isPresent()) {
        how = wanted;
      } else if (takeKeyword("limit")) {
        limit = limit();
      } else if (takeKeyword("reverse")) {
        isReverse = true;
      } else if (takeKeyword("prefix")) {
        range = Optional.of(KeyRange.prefix(key()));
      } else if (bounds.size() < 2) {
        bounds.add(key());
      } else {
        throw ShellError.usage("'" + words.peek() + "' is too much; " + usage());
      }
    }
    if (range.isPresent() && !bounds.isEmpty()) {
      throw ShellError.usage("give either a prefix or bounds; " + usage());
    }
    return new Statement.Scan(range.orElse(range(bounds)), limit, isReverse, how);
  }

  /// How to read, if something is said about that next.
  private Optional<ReadOptions> how() {
    if (takeKeyword("nearest")) {
      return Optional.of(ReadOptions.NEAREST);
    }
    if (takeKeyword("session")) {
      return Optional.of(ReadOptions.SESSION);
    }
    if (takeKeyword("stale")) {
      return Optional.of(ReadOptions.stale(next().duration()));
    }
    return takeKeyword("at") ? Optional.of(ReadOptions.at(next().timestamp())) : Optional.empty();
  }

  private Optional<Isolation> level() {
    Word word = words.poll();
    if (word == null) {
      return Optional.empty();
    }
    for (Isolation level : Isolation.values()) {
      if (word.is(level.label()) || word.is(level.name())) {
        return Optional.of(level);
      }
    }
    String labels =
        Arrays.stream(Isolation.values()).map(Isolation::label).collect(Collectors.joining(", "));
    throw ShellError.usage("there is no level '" + word + "'; use one of " + labels);
  }

  private Optional<Duration> age() {
    if (takeKeyword("off")) {
      return Optional.empty();
    }
    return Optional.of(words.isEmpty() ? Duration.ofSeconds(1) : next().duration());
  }

  private static KeyRange range(List<Key> bounds) {
    return switch (bounds.size()) {
      case 0 -> KeyRange.ALL;
      case 1 -> KeyRange.from(bounds.getFirst());
      default -> KeyRange.of(bounds.getFirst(), bounds.getLast());
    };
  }

  private int limit() {
    long limit = next().number("a limit");
    if (limit < 1 || limit > Integer.MAX_VALUE) {
      throw ShellError.usage("a limit is 1 to " + Integer.MAX_VALUE + ", not " + limit);
    }
    return (int) limit;
  }

  /// Changes separated by commas, each after a blank or at the end of a word.
  private Statement batch() {
    separateCommas();
    List<Change> changes = new ArrayList<>();
    do {
      changes.add(change(next().text().toLowerCase(Locale.ROOT)));
    } while (takeKeyword(","));
    return new Statement.Batch(name, changes);
  }

  private void separateCommas() {
    List<Word> all = new ArrayList<>(words);
    words.clear();
    for (Word word : all) {
      boolean endsInComma = !word.isQuoted() && word.text().endsWith(",");
      if (endsInComma && word.text().length() > 1) {
        words.add(Word.bare(word.text().substring(0, word.text().length() - 1)));
        words.add(Word.bare(","));
      } else {
        words.add(word);
      }
    }
  }

  private Change change(String verb) {
    return switch (verb) {
      case "put" -> new Change.Put(key(), next().value());
      case "delete", "del" -> new Change.Delete(key());
      case "add" -> new Change.Add(key(), next().number("what is added"));
      default -> throw ShellError.usage("'" + verb + "' cannot stand in a batch; " + usage());
    };
  }

  private Statement outcome() {
    try {
      return new Statement.Ask(Tokens.parse(next().text()));
    } catch (IllegalArgumentException notAToken) {
      throw ShellError.usage(String.valueOf(notAToken.getMessage()));
    }
  }

  private Optional<Boolean> onOrOff() {
    if (takeKeyword("on")) {
      return Optional.of(true);
    }
    return takeKeyword("off") ? Optional.of(false) : Optional.empty();
  }

  private Format format() {
    Word word = next();
    for (Format format : Format.values()) {
      if (word.is(format.name())) {
        return format;
      }
    }
    throw ShellError.usage("there is no format '" + word + "'; " + usage());
  }

  private boolean takeKeyword(String keyword) {
    Word word = words.peek();
    boolean isThere = word != null && word.is(keyword);
    if (isThere) {
      words.remove();
    }
    return isThere;
  }

  private Key key() {
    return next().key();
  }

  private Word next() {
    Word word = words.poll();
    if (word == null) {
      throw ShellError.usage("something is missing; " + usage());
    }
    return word;
  }

  private String usage() {
    return "usage: " + Help.usage(name);
  }
}
