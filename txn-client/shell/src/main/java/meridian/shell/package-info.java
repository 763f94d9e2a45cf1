/// The interactive shell, and the scripts that it runs.
///
/// ```
///   text -> Lexer -> Words -> Parser -> Statement -> Interpreter -> Table -> Printer -> text
/// ```
@org.jspecify.annotations.NullMarked
package meridian.shell;
