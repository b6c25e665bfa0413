package sotto.proxy.threads;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread that waits for all calls; what it runs only enqueues. Thread-safe. */
public final class Timers implements AutoCloseable {
    /** RFC 3261 §17.1.1.1: round trip estimate. */
    public static final Duration T1 = Duration.ofMillis(500);
    /** RFC 3261 §17.1.2.2: longest interval between two retransmissions. */
    public static final Duration T2 = Duration.ofSeconds(4);
    /** How long a lost message is waited for: 64 times T1. */
    public static final Duration LOST = T1.multipliedBy(64);

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("call-timers").daemon().factory());

    public Timers() {
        executor.setRemoveOnCancelPolicy(true); // else an ended call would stay until its timers fire
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    public Future<?> after(Duration delay, Runnable task) {
        return executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The same, where nobody will want to cancel it. */
    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the executor
    public void once(Duration delay, Runnable task) {
        executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the executor
    public void every(Duration period, Runnable task) {
        executor.scheduleWithFixedDelay(task, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
