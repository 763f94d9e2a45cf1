package meridian.harness.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import meridian.checker.Level;
import org.junit.jupiter.api.extension.ExtendWith;

/// The tests of a class get a cluster, and what they do to it is checked.
///
/// ```java
/// @MeridianTest
/// class AccountsTest {
///   @Test
///   void transfersDoNotGetInEachOthersWay(Database db) {
///     ...
///   }
/// }
/// ```
///
/// The cluster runs in this process and is shared by the tests of the class; each begins with an
/// empty store. A test may ask for any number of parameters of type [meridian.client.Database],
/// each a connection of its own, whose transactions are written down; and for the
/// [meridian.harness.cluster.LocalCluster], to break it. After the test its history must satisfy a
/// level: where it does not the test fails, and where nobody can tell it is reported as aborted,
/// never as passed.
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(MeridianExtension.class)
public @interface MeridianTest {
  /// The level that each test's history must satisfy.
  Level expect() default Level.STRICT_SERIALIZABLE;

  /// How many nodes the cluster has.
  int nodes() default 3;
}
