package sotto.proxy.cdr;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteException;

/** Faults of one part: counted each, logged once a cause, and once when it works again. Thread-safe. */
final class Trouble {
    private static final Logger LOG = LoggerFactory.getLogger(Trouble.class);

    private final String part;
    private final String effect;
    private final AtomicLong count = new AtomicLong();
    private final AtomicReference<@Nullable String> cause = new AtomicReference<>();

    /**
     * @param part what fails, at the start of a sentence
     * @param effect what it means and what to do
     */
    Trouble(String part, String effect) {
        this.part = part;
        this.effect = effect;
    }

    void note(Throwable fault) {
        note(name(fault), String.valueOf(fault.getMessage()));
    }

    /** @param name of the cause: the same one again is not logged again */
    void note(String name, String detail) {
        count.incrementAndGet();
        if (!name.equals(cause.getAndSet(name))) {
            LOG.error("{} ({}: {}); {}", part, name, detail, effect);
        }
    }

    private static String name(Throwable fault) {
        return fault instanceof SQLiteException sqlite
                ? sqlite.getResultCode().name()
                : fault.getClass().getSimpleName();
    }

    void over() {
        String last = cause.get();
        if (last != null && cause.compareAndSet(last, null)) {
            LOG.info("{}: over, after {} failures since the start", part, count.get());
        }
    }

    long count() {
        return count.get();
    }
}
