package sotto.proxy.cdr;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteException;

/** Faults of one part: counted each, logged once a cause, and once when it works again. Thread-safe. */
final class Trouble {
    private static final Logger LOG = LoggerFactory.getLogger(Trouble.class);

    private final String part;
    private final String effect;
    private final AtomicLong count = new AtomicLong();
    private final Set<String> causes = ConcurrentHashMap.newKeySet(); // since it last worked

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
        if (causes.add(name)) {
            LOG.error("{} ({}: {}); {}", part, name, detail, effect);
        }
    }

    private static String name(Throwable fault) {
        return fault instanceof SQLiteException sqlite
                ? sqlite.getResultCode().name()
                : fault.getClass().getSimpleName();
    }

    void over() {
        if (!causes.isEmpty()) {
            causes.clear();
            LOG.info("{}: that is over, after {} failures since the start", part, count.get());
        }
    }

    long count() {
        return count.get();
    }
}
