package sotto.pci.capture;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The port to calls, with the test as the one who presses keys. */
final class KeyedCalls implements KeySource {
    private final Map<String, BlockingQueue<Integer>> keys = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final Set<String> refusing = ConcurrentHashMap.newKeySet();
    private final Set<String> ended = ConcurrentHashMap.newKeySet();

    /** From now on the sinks of this call do not acknowledge. */
    void refuse(String callId) {
        refusing.add(callId);
    }

    /** The call is over before anybody asks for its keys. */
    void endBefore(String callId) {
        ended.add(callId);
    }

    /** The last key of this call sounds until it is let go. */
    void hold(String callId) {
        held.put(callId, new CountDownLatch(1));
    }

    void letGo(String callId) {
        Objects.requireNonNull(held.get(callId), "not held").countDown();
    }

    /** Presses keys: digits, star, hash. */
    void press(String callId, String pressed) {
        pressed.chars().forEach(c -> queue(callId).add(c == '*' ? Keys.STAR : c == '#' ? Keys.HASH : c - '0'));
    }

    /** The call is over. */
    void hangUp(String callId) {
        BlockingQueue<Integer> queue = keys.get(callId);
        if (queue != null) { // else the payment was over first
            queue.add(Keys.END_OF_KEYS);
        }
    }

    private BlockingQueue<Integer> queue(String callId) {
        return Objects.requireNonNull(keys.get(callId), "not masked");
    }

    boolean isMasked(String callId) {
        return keys.containsKey(callId);
    }

    @Override
    public Keys arm(String callId) throws ArmFailed, NotAnswered {
        if (ended.contains(callId)) {
            throw new NotAnswered();
        }
        if (refusing.contains(callId)) {
            throw new ArmFailed("the tap did not acknowledge within 1 s");
        }
        BlockingQueue<Integer> queue = new LinkedBlockingQueue<>();
        keys.put(callId, queue);
        return new Keys() {
            @Override
            public int nextKey(Duration atMost) throws InterruptedException {
                Integer key = queue.poll(Math.min(atMost.toMillis(), 5), TimeUnit.MILLISECONDS);
                if (key != null && key == END_OF_KEYS) {
                    queue.add(key); // no key will ever come
                }
                return key == null ? NO_KEY : key;
            }

            @Override
            public List<String> sinks() {
                return List.of("agent-leg", "tap");
            }

            @Override
            public boolean awaitSpeech(Duration atMost) throws InterruptedException {
                CountDownLatch key = held.get(callId);
                return key == null || key.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
            }

            @Override
            public void close() {
                keys.remove(callId, queue);
            }
        };
    }
}
