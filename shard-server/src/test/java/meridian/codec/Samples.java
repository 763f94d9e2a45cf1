package meridian.codec;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import meridian.model.Key;
import meridian.model.KeyRange;
import meridian.model.NodeId;
import meridian.model.ShardId;
import meridian.model.ShardMap;
import meridian.model.Timestamp;
import meridian.model.Value;

/// Makes up records of any kind from their declared components, so that a message that is added
/// later is sampled without anybody thinking of it. Small numbers and empty lists come up often.
final class Samples {
  private final RandomGenerator chance;

  Samples(RandomGenerator chance) {
    this.chance = chance;
  }

  /// Every record at the leaves of a sealed family.
  static List<Class<?>> leavesOf(Class<?> family) {
    if (!family.isSealed()) {
      return List.of(family);
    }
    List<Class<?>> leaves = new ArrayList<>();
    for (Class<?> permitted : family.getPermittedSubclasses()) {
      leaves.addAll(leavesOf(permitted));
    }
    return leaves;
  }

  <T> T of(Class<T> type) {
    return type.cast(make(type));
  }

  private Object make(Type type) {
    if (type instanceof ParameterizedType generic) {
      return makeGeneric(generic);
    }
    Class<?> plain = (Class<?>) type;
    if (plain == long.class) {
      return number();
    } else if (plain == int.class) {
      return (int) (number() & Integer.MAX_VALUE);
    } else if (plain == boolean.class) {
      return chance.nextBoolean();
    } else if (plain == String.class) {
      return chance.nextInt(3) == 0 ? "" : "größer " + chance.nextInt();
    } else if (plain == Key.class) {
      return Key.wrap(someBytes());
    } else if (plain == Value.class) {
      return Value.wrap(someBytes());
    } else if (plain == Timestamp.class) {
      return new Timestamp(number());
    } else if (plain == NodeId.class) {
      return new NodeId(chance.nextInt(3) == 0 ? chance.nextLong() : number());
    } else if (plain == ShardId.class) {
      return new ShardId((int) (number() & Integer.MAX_VALUE));
    } else if (plain == KeyRange.class && chance.nextBoolean()) {
      return KeyRange.point(Key.wrap(someBytes()));
    } else if (plain == ShardMap.class) {
      return shardMap();
    } else if (plain.isEnum()) {
      return plain.getEnumConstants()[chance.nextInt(plain.getEnumConstants().length)];
    } else if (plain.isSealed()) {
      List<Class<?>> leaves = leavesOf(plain);
      return make(leaves.get(chance.nextInt(leaves.size())));
    }
    return makeRecord(plain);
  }

  private Object makeGeneric(ParameterizedType type) {
    Type first = type.getActualTypeArguments()[0];
    if (type.getRawType() == Optional.class) {
      return chance.nextBoolean() ? Optional.empty() : Optional.of(make(first));
    }
    int size = chance.nextInt(4);
    if (type.getRawType() == SortedMap.class) {
      SortedMap<Object, Object> map = new TreeMap<>();
      for (int i = 0; i < size; i++) {
        map.put(make(first), make(type.getActualTypeArguments()[1]));
      }
      return map;
    }
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(make(first));
    }
    return list;
  }

  private Object makeRecord(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    if (components == null) {
      throw new AssertionError("how is a sample of " + type + " made?");
    }
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = make(components[i].getGenericType());
    }
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private long number() {
    return (chance.nextLong() & Long.MAX_VALUE) >>> chance.nextInt(63);
  }

  private byte[] someBytes() {
    byte[] bytes = new byte[chance.nextInt(10) == 0 ? 200 : chance.nextInt(6)];
    chance.nextBytes(bytes);
    return bytes;
  }

  private ShardMap shardMap() {
    Key middle = Key.wrap(new byte[] {1, 2, (byte) chance.nextInt()});
    var low = new ShardMap.Shard(new ShardId(1), KeyRange.of(Key.EMPTY, middle), 0, List.of());
    var high =
        new ShardMap.Shard(
            new ShardId(2), KeyRange.from(middle), 3, List.of(new NodeId(1), new NodeId(1L << 40)));
    return new ShardMap(number(), List.of(low, high));
  }
}
