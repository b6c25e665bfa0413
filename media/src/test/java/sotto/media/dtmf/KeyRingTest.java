package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class KeyRingTest {
    private static final Duration SOON = Duration.ofMillis(5);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final KeyRing ring = new KeyRing();

    @Test
    void givesKeysInOrderOverSeveralRounds() throws InterruptedException {
        for (int round = 0; round < 10; round++) {
            for (int key = 0; key < 16; key++) {
                assertThat(ring.offer(key)).isTrue();
            }
            for (int key = 0; key < 16; key++) {
                assertThat(ring.next(LONG)).isEqualTo(key);
            }
        }
        assertThat(ring.next(SOON)).isEqualTo(KeyRing.NO_KEY);
        assertThat(ring.next(Duration.ZERO)).isEqualTo(KeyRing.NO_KEY);
    }

    @Test
    void refusesWhatItCannotHold() throws InterruptedException {
        for (int i = 0; i < KeyRing.CAPACITY; i++) {
            assertThat(ring.offer(i % 10)).isTrue();
        }
        assertThat(ring.offer(1)).isFalse();
        assertThat(ring.next(LONG)).isZero();
        assertThat(ring.offer(1)).isTrue();
        assertThat(ring.offer(-1)).isFalse();
        assertThat(ring.offer(16)).isFalse();
    }

    @Test
    void keysOfferedBeforeTheEndAreRead() throws InterruptedException {
        ring.offer(3);
        ring.end();
        ring.end();
        assertThat(ring.offer(4)).isFalse();
        assertThat(ring.next(LONG)).isEqualTo(3);
        assertThat(ring.next(LONG)).isEqualTo(KeyRing.END_OF_KEYS);
        assertThat(ring.next(LONG)).isEqualTo(KeyRing.END_OF_KEYS);
    }

    @Test
    void closingWipesWhatIsLeft() throws InterruptedException {
        ring.offer(3);
        ring.close();
        ring.close();
        assertThat(ring.offer(4)).isFalse();
        assertThat(ring.next(LONG)).isEqualTo(KeyRing.END_OF_KEYS);
        assertThat(ring).hasToString("KeyRing");
    }

    @Test
    void aReaderThatWaitsIsWokenByAKeyByTheEndAndByClose() {
        for (int i = 0; i < 200; i++) {
            KeyRing one = new KeyRing();
            CompletableFuture<Integer> read = reader(one);
            int expected = i % 3 == 0 ? 9 : KeyRing.END_OF_KEYS;
            switch (i % 3) {
                case 0 -> one.offer(9);
                case 1 -> one.end();
                default -> one.close();
            }
            assertThat(read.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo(expected);
        }
    }

    @Test
    void manyKeysPassBetweenTwoThreadsWithoutLoss() throws InterruptedException {
        int keys = 200_000;
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < keys; ) {
                if (ring.offer(i % 16)) {
                    i++;
                } else {
                    Thread.onSpinWait();
                }
            }
        });
        for (int i = 0; i < keys; i++) {
            assertThat(ring.next(LONG)).isEqualTo(i % 16);
        }
        writer.join();
    }

    @Test
    void anInterruptedReaderStops() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> ring.next(LONG)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    private static CompletableFuture<Integer> reader(KeyRing ring) {
        CompletableFuture<Integer> read = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                read.complete(ring.next(LONG));
            } catch (InterruptedException e) {
                read.completeExceptionally(e);
            }
        });
        return read;
    }
}
