package sotto.pci.capture;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The threads of payments, which are waited for at the end. Thread-safe. */
final class PaymentThreads {
    private final Phaser busy = new Phaser(1);
    private final CountDownLatch closing = new CountDownLatch(1);

    void start(String name, Runnable work) {
        busy.register();
        Thread.ofVirtual().name(name).start(() -> {
            try {
                work.run();
            } finally {
                busy.arriveAndDeregister();
            }
        });
    }

    /** Tells all of them to come to an end. */
    void close() {
        closing.countDown();
    }

    boolean isClosing() {
        return closing.getCount() == 0;
    }

    /** Waits, but not longer than until the end; true at the end. */
    boolean awaitClosing(Duration atMost) throws InterruptedException {
        return closing.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits until none runs. */
    void awaitAll(Duration atMost) throws InterruptedException, TimeoutException {
        busy.awaitAdvanceInterruptibly(busy.arrive(), atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
}
