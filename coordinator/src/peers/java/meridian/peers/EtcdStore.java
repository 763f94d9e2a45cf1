package meridian.peers;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import meridian.bench.load.Op;
import meridian.bench.load.Records;
import meridian.bench.load.Store;

/// etcd through jetcd. Reads are linearizable. What reads before it writes is a read and then a
/// transaction that compares what was read by its revision, again until nobody has come between.
final class EtcdStore implements Store {
  private static final int ATTEMPTS_MAX = 1_000;
  private static final long TIMEOUT_SECONDS = 30;

  private final Client client;
  private final KV kv;

  /// @param endpoints as `http://host:port`; requests go to them in turn
  EtcdStore(List<String> endpoints) {
    client = Client.builder().endpoints(endpoints.toArray(String[]::new)).build();
    kv = client.getKVClient();
  }

  @Override
  public Done run(Op op) {
    try {
      return switch (op) {
        case Op.Get(String key) -> once(kv.get(bytes(key)));
        case Op.Put(String key, String value) -> once(kv.put(bytes(key), bytes(value)));
        case Op.Scan(String from, int rows) -> once(kv.get(bytes(from), rows(rows)));
        case Op.Transfer transfer -> transfer(transfer);
        case Op.Modify(String key, String value) -> modify(bytes(key), bytes(value));
      };
    } catch (ExecutionException | TimeoutException lost) {
      return new Done(Ending.UNKNOWN, 1);
    }
  }

  private static Done once(CompletableFuture<?> answer)
      throws ExecutionException, TimeoutException {
    await(answer);
    return new Done(Ending.COMMITTED, 1);
  }

  private static GetOption rows(int rows) {
    return GetOption.builder().withRange(ByteSequence.from(new byte[1])).withLimit(rows).build();
  }

  private Done transfer(Op.Transfer transfer) throws ExecutionException, TimeoutException {
    ByteSequence from = bytes(transfer.from());
    ByteSequence to = bytes(transfer.to());
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      var both = kv.txn().Then(get(from), get(to)).commit();
      TxnResponse read = await(both);
      KeyValue source = read.getGetResponses().get(0).getKvs().get(0);
      KeyValue target = read.getGetResponses().get(1).getKvs().get(0);
      String before = text(source.getValue());
      String after = text(target.getValue());
      long amount = Math.min(transfer.amount(), Records.amount(before));
      var commit =
          kv.txn()
              .If(unchanged(from, source), unchanged(to, target))
              .Then(
                  put(from, bytes(Records.withAmount(before, Records.amount(before) - amount))),
                  put(to, bytes(Records.withAmount(after, Records.amount(after) + amount))))
              .commit();
      if (await(commit).isSucceeded()) {
        return new Done(Ending.COMMITTED, attempt);
      }
    }
    return new Done(Ending.ABORTED, ATTEMPTS_MAX);
  }

  private Done modify(ByteSequence key, ByteSequence value)
      throws ExecutionException, TimeoutException {
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      List<KeyValue> found = await(kv.get(key)).getKvs();
      long revision = found.isEmpty() ? 0 : found.get(0).getModRevision();
      var compare = new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(revision));
      if (await(kv.txn().If(compare).Then(put(key, value)).commit()).isSucceeded()) {
        return new Done(Ending.COMMITTED, attempt);
      }
    }
    return new Done(Ending.ABORTED, ATTEMPTS_MAX);
  }

  @Override
  public void load(List<Op.Put> puts) {
    var writes =
        puts.stream()
            .map(put -> put(bytes(put.key()), bytes(put.value())))
            .toArray(io.etcd.jetcd.op.Op[]::new);
    surely(kv.txn().Then(writes).commit());
  }

  @Override
  public Map<String, String> read(List<String> keys) {
    var reads = keys.stream().map(key -> get(bytes(key))).toArray(io.etcd.jetcd.op.Op[]::new);
    Map<String, String> found = new LinkedHashMap<>();
    surely(kv.txn().Then(reads).commit()).getGetResponses().stream()
        .flatMap(answer -> answer.getKvs().stream())
        .forEach(pair -> found.put(text(pair.getKey()), text(pair.getValue())));
    return found;
  }

  private static Cmp unchanged(ByteSequence key, KeyValue read) {
    return new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(read.getModRevision()));
  }

  private static io.etcd.jetcd.op.Op get(ByteSequence key) {
    return io.etcd.jetcd.op.Op.get(key, GetOption.DEFAULT);
  }

  private static io.etcd.jetcd.op.Op put(ByteSequence key, ByteSequence value) {
    return io.etcd.jetcd.op.Op.put(key, value, PutOption.DEFAULT);
  }

  private static <T> T await(CompletableFuture<T> answer)
      throws ExecutionException, TimeoutException {
    try {
      return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException nobodyInterrupts) {
      throw new IllegalStateException(nobodyInterrupts);
    }
  }

  private static <T> T surely(CompletableFuture<T> answer) {
    try {
      return await(answer);
    } catch (ExecutionException | TimeoutException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  private static String text(ByteSequence bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    kv.close();
    client.close();
  }
}
