package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sotto.proxy.threads.CallThreads;
import sotto.proxy.threads.SerialQueue;

final class SerialQueueTest {
    @Test
    void keepsTheOrderAndSurvivesAFault() throws InterruptedException {
        List<RuntimeException> faults = new ArrayList<>();
        List<Integer> ran = new ArrayList<>(); // no lock: the queue orders what its tasks see
        CallThreads threads = new CallThreads();
        SerialQueue queue = new SerialQueue(threads, faults::add);
        int tasks = 20_000;
        CountDownLatch over = new CountDownLatch(1);
        for (int i = 0; i < tasks; i++) {
            int number = i;
            queue.execute(() -> {
                ran.add(number);
                if (number == 7) {
                    throw new IllegalStateException("seven");
                }
            });
        }
        queue.execute(over::countDown);
        assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).isEqualTo(IntStream.range(0, tasks).boxed().toList());
        assertThat(faults).singleElement().extracting(Throwable::getMessage).isEqualTo("seven");
        threads.close();
    }
}
