package sotto.proxy.b2bua;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

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

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            MOST,
            MOST,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("call-", 0).daemon().factory(),
            new ThreadPoolExecutor.DiscardPolicy()); // only when closed

    CallThreads() {
        threads.allowCoreThreadTimeOut(true);
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
