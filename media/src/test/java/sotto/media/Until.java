package sotto.media;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, with a deadline. */
public final class Until {
    private static final long DEADLINE_NS = 5_000_000_000L;

    private Until() {}

    /** Fails where it still does not hold after 5 s. */
    public static void holds(String what, BooleanSupplier condition) {
        long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNs > DEADLINE_NS) {
                throw new AssertionError("still not: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
