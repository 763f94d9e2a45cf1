package meridian.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The page that states the rules of the protocol, each with the tests that guard it in italics:
/// `*`SomeTest.itsFirstMethod…`, `another…`, `OtherTest`.*`. An ellipsis stands for the rest of a
/// name; a method without a class is of the class before it.
final class ProtocolPage {
  private static final Pattern ITALICS = Pattern.compile("\\*(`[^*]+)\\*");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final Pattern NAME =
      Pattern.compile(
          "(?:[a-z.]+[./])?(?:(?<type>[A-Z]\\w*)\\.?)?(?<method>[a-z]\\w*)?(?<more>…)?");

  private ProtocolPage() {}

  /// Names of tests.
  ///
  /// @param found how many
  /// @param missing those that no source has
  record Names(int found, List<String> missing) {}

  /// @param page its text
  /// @param sources by the simple name of their class
  static Names check(String page, Map<String, String> sources) {
    int found = 0;
    List<String> missing = new ArrayList<>();
    Matcher italics = ITALICS.matcher(page.replace("**", ""));
    while (italics.find()) {
      String type = "";
      Matcher quoted = QUOTED.matcher(italics.group(1));
      while (quoted.find()) {
        found++;
        Matcher name = NAME.matcher(quoted.group(1));
        boolean isName = name.matches();
        if (isName && name.group("type") != null) {
          type = name.group("type");
        }
        if (!isName || !isThere(sources.get(type), name)) {
          missing.add(quoted.group(1));
        }
      }
    }
    return new Names(found, missing);
  }

  private static boolean isThere(@org.jspecify.annotations.Nullable String source, Matcher name) {
    if (source == null) {
      return false;
    }
    String method = name.group("method");
    String rest = name.group("more") == null ? "" : "\\w*";
    return method == null
        || Pattern.compile("\\bvoid " + method + rest + "\\(").matcher(source).find();
  }
}
