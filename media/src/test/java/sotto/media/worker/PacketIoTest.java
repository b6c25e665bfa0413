package sotto.media.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A wait ends when another thread says so, whoever that is and however often. */
@Timeout(20)
final class PacketIoTest {
    private static final long LONG_MS = 60_000; // longer than the test may take

    @ParameterizedTest
    @EnumSource
    void everyWakeupEndsAWait(EngineSettings.Idle idle) throws Exception {
        PacketIo io = EngineUnderTest.open(idle);
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        int times = 20_000;
        CompletableFuture<Void> worker = CompletableFuture.runAsync(() -> {
            while (seen.get() < times) {
                io.poll(LONG_MS);
                seen.set(asked.get());
            }
        });
        for (int i = 0; i < times; i++) { // each one races with the wait that ended by the one before
            asked.incrementAndGet();
            io.wakeup();
        }
        worker.get(15, TimeUnit.SECONDS);
        io.close();
    }

    @Test
    void isWokenByAThreadThatIsInterruptedAndThenByOthers() {
        PacketIo io = EngineUnderTest.open();
        Thread.currentThread().interrupt();
        io.wakeup();
        io.poll(LONG_MS);
        assertThat(Thread.interrupted()).isTrue();
        io.wakeup();
        io.poll(LONG_MS);
        io.close();
    }

    @Test
    void nobodyIsWokenAfterTheEnd() {
        PacketIo io = EngineUnderTest.open();
        io.close();
        assertThatCode(io::wakeup).doesNotThrowAnyException();
    }
}
