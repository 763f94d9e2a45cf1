package meridian.mutants;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// Loads the whole store anew from the class path, with one class replaced by a mutant of it.
/// Production code knows nothing of this: what runs is what the compiler made, but for the one
/// class.
final class MutantLoader extends ClassLoader {
  private static final String OURS = "meridian.";

  /// An oracle that depends on nothing of ours; there is no need to load it again.
  private static final String CHECKER = "meridian.checker.";

  private final Map<String, byte[]> mutated;

  private MutantLoader(Map<String, byte[]> mutated) {
    super(MutantLoader.class.getClassLoader());
    this.mutated = mutated;
  }

  /// @throws IllegalStateException if the mutant does not compile
  static MutantLoader of(Mutant mutant) {
    return new MutantLoader(compile(mutant.type(), MutantBank.mutated(mutant)));
  }

  /// The store as it is, loaded in the same way.
  static MutantLoader ofNothing() {
    return new MutantLoader(Map.of());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS) || name.startsWith(CHECKER)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known != null ? known : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] bytes = mutated.get(name);
    if (bytes == null) {
      try (var in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        bytes = in.readAllBytes();
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  private static Map<String, byte[]> compile(String type, String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new IllegalStateException("mutants need a JDK, this is a JRE");
    }
    var diagnostics = new DiagnosticCollector<JavaFileObject>();
    try (StandardJavaFileManager standard =
        compiler.getStandardFileManager(diagnostics, null, null)) {
      var outputs = new Outputs(standard);
      List<String> options =
          List.of("-classpath", System.getProperty("java.class.path"), "-proc:none", "-nowarn");
      boolean compiled =
          compiler
              .getTask(null, outputs, diagnostics, options, null, List.of(new Source(type, source)))
              .call();
      if (!compiled) {
        throw new IllegalStateException(type + ": " + diagnostics.getDiagnostics());
      }
      var classes = new TreeMap<String, byte[]>();
      outputs.compiled.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
      return classes;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static URI uri(String type, JavaFileObject.Kind kind) {
    try {
      return new URI("mutant", "", "/" + type.replace('.', '/') + kind.extension, null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A source in memory.
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String type, String text) {
      super(uri(type, Kind.SOURCE), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /// Keeps compiled classes in memory.
  private static final class Outputs extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> compiled = new TreeMap<>();

    Outputs(JavaFileManager manager) {
      super(manager);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(uri(name, kind), kind) {
        @Override
        public OutputStream openOutputStream() {
          var bytes = new ByteArrayOutputStream();
          compiled.put(name, bytes);
          return bytes;
        }
      };
    }
  }
}
