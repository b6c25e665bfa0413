package sotto.media.uring;

import java.lang.foreign.Arena;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;

/**
 * A descriptor that a ring can {@link Ring#watch}, and any thread can stir. It is closed when nobody can stir it any more:
 * its number may be another file's by then.
 */
public final class Wakeup {
    private static final Cleaner CLEANER = Cleaner.create();

    private final int descriptor;

    public Wakeup() throws RingRefused {
        int made;
        try (Arena arena = Arena.ofConfined()) {
            made = new Libc(arena).eventfd();
        }
        if (made < 0) {
            throw new RingRefused("no descriptor left to wake a media worker with, error " + -made);
        }
        descriptor = made;
        CLEANER.register(this, () -> close(made));
    }

    private static void close(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            new Libc(arena).close(descriptor);
        }
    }

    public int descriptor() {
        return descriptor;
    }

    /** Completes the watch. */
    public void stir() {
        try (Arena arena = Arena.ofConfined()) {
            new Libc(arena).addTo(descriptor);
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
