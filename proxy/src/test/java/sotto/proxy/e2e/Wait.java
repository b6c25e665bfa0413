package sotto.proxy.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits on a condition, with an end. */
public final class Wait {
    private static final long STEP_NS = 20_000_000;

    private Wait() {}

    /**
     * Returns once the condition holds.
     *
     * @param what named in the error where it does not hold in time
     */
    public static void until(String what, Duration atMost, Callable<Boolean> condition) {
        long endNs = System.nanoTime() + atMost.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() > endNs) {
                    throw new AssertionError("not within " + atMost + ": " + what);
                }
                LockSupport.parkNanos(STEP_NS);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(what, e);
        }
    }
}
