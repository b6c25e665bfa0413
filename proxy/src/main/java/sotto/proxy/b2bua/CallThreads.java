package sotto.proxy.b2bua;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads that calls run on. Thread-safe.
 *
 * <p>Not virtual ones: the stack guards its timers and connections by monitors, and so does the JDK its random numbers. Where
 * a virtual thread waits for such a monitor, it is next in line while it has no core, and the threads behind it (the one
 * that reads UDP) wait 10 to 300 ms under load; platform threads take it as soon as they run.
 */
final class CallThreads implements Executor, AutoCloseable {
    /** As many may wait for a TCP connection or a TLS handshake, at most 4 s each, before other calls wait for them. */
    private static final int MOST = 64;

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration LONGEST_WAIT =
            Duration.ofMillis(200); // below T1, 500 ms: peers send nothing again yet

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            MOST,
            MOST,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("call-", 0).daemon().factory(),
            new ThreadPoolExecutor.DiscardPolicy()); // only when closed

    private final AtomicBoolean looked = new AtomicBoolean(true); // false while the last look waits itself
    private final AtomicLong askedAtNs = new AtomicLong();
    private final AtomicLong waitedNs = new AtomicLong();

    CallThreads() {
        threads.allowCoreThreadTimeOut(true);
    }

    /** Looks how long a task waits for a thread now; to be called again and again. */
    void look() {
        if (looked.compareAndSet(true, false)) {
            long askedNs = System.nanoTime();
            askedAtNs.set(askedNs);
            threads.execute(() -> {
                waitedNs.set(System.nanoTime() - askedNs);
                looked.set(true);
            });
        }
    }

    /** True where what comes now would wait for too long: calls that are up must not suffer for new ones. */
    boolean isOverloaded() {
        long waited = looked.get() ? waitedNs.get() : System.nanoTime() - askedAtNs.get();
        return waited > LONGEST_WAIT.toNanos();
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /** What comes later is not run. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
