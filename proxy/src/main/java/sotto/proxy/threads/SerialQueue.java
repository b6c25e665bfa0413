package sotto.proxy.threads;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs what it is given one after the other, in order, on whichever thread the executor gives.
 * Thread-safe. What one task wrote, the next one sees.
 */
public final class SerialQueue {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Executor threads;
    private final Consumer<RuntimeException> onFault;

    /** @param onFault told of a task that failed; the next one runs all the same */
    public SerialQueue(Executor threads, Consumer<RuntimeException> onFault) {
        this.threads = threads;
        this.onFault = onFault;
    }

    /** Never blocks. */
    public void execute(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
            threads.execute(this::drain);
        }
    }

    private void drain() {
        do {
            Runnable task = tasks.remove(); // there is one: it is added before it is counted
            try {
                task.run();
            } catch (RuntimeException e) {
                onFault.accept(e);
            }
        } while (waiting.decrementAndGet() > 0);
    }
}
