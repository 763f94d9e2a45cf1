package meridian.harness.junit;

import java.io.IOException;
import java.util.Optional;
import meridian.client.Database;
import meridian.harness.cluster.LocalCluster;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/// What `@MeridianTest` does: see there.
final class MeridianExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private static final Namespace OURS = Namespace.create(MeridianExtension.class);

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    Shared shared = shared(context);
    shared.empty();
    context.getStore(OURS).put(Recorded.class, new Recorded(shared.cluster(), test(context)));
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    boolean hasFailed = context.getExecutionException().isPresent();
    recorded(context).end(settings(context).expect(), hasFailed);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    // A constructor is called before there is a test to record.
    return context.getTestMethod().isPresent()
        && (type == Database.class || type == LocalCluster.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Database.class
        ? recorded(context).connect()
        : shared(context).cluster();
  }

  private static String test(ExtensionContext context) {
    return context.getRequiredTestClass().getSimpleName()
        + "."
        + context.getRequiredTestMethod().getName();
  }

  private static MeridianTest settings(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getRequiredTestClass(), MeridianTest.class)
        .orElseThrow(() -> new IllegalStateException("the class has no @MeridianTest"));
  }

  /// The recording of this test.
  private static Recorded recorded(ExtensionContext context) {
    return Optional.ofNullable(context.getStore(OURS).get(Recorded.class, Recorded.class))
        .orElseThrow(() -> new IllegalStateException("a Database is for test methods only"));
  }

  /// The cluster of the class, which is started when first asked for, and closed with the class.
  private static Shared shared(ExtensionContext context) {
    ExtensionContext ofClass = context.getParent().orElse(context);
    int nodes = settings(context).nodes();
    return ofClass
        .getStore(OURS)
        .computeIfAbsent(Shared.class, key -> Shared.start(nodes), Shared.class);
  }
}
