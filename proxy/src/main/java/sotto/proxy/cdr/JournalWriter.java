package sotto.proxy.cdr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Appends entries to the journal on the thread that brings them, and lets it go at once even where the disk does not.
 * Thread-safe.
 *
 * <pre>
 *  when an entry comes       it is                                            outlives the process
 *  the journal is open       in it, some µs later                             yes
 *  it opens still            in the {@link Spool}, then in the journal        yes
 *  little room on the disk   in the spool, until there is room again          yes
 *  the disk stalls           kept here after {@value #LONGEST_WAIT_MS} ms, appended by who is in the stall   once it is over
 *  all of it fails           kept here, {@value #MOST_HELD} at most, and tried again        once it is over
 * </pre>
 */
final class JournalWriter {
    static final int MOST_HELD = 100_000;
    static final long LEAST_FREE_BYTES =
            64L << 20; // a mapped page that the disk has no room for is a fault, not an error
    static final long LONGEST_WAIT_MS = 20;

    private final Path directory;
    private final Trouble trouble;
    private final Spool spool;
    private final Queue<byte[]> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger(); // in memory or spool
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final ReentrantLock appending = new ReentrantLock();
    private @Nullable CdrJournal journal; // under the lock
    private boolean ended;
    private volatile boolean full;

    JournalWriter(Path directory, Trouble trouble) {
        this.directory = directory;
        this.trouble = trouble;
        this.spool = new Spool(directory);
    }

    /** The journal is open: what waits goes into it. */
    void use(CdrJournal opened) {
        appending.lock();
        try {
            journal = opened;
            appendAll();
        } finally {
            appending.unlock();
        }
    }

    /** The journal is about to be closed: what it did not take stays in the spool, for the next start. */
    void end() {
        appending.lock();
        try {
            appendAll();
            journal = null;
            appendAll();
            ended = true;
        } finally {
            appending.unlock();
        }
    }

    void write(Entry entry) {
        if (waiting.incrementAndGet() > MOST_HELD) {
            waiting.decrementAndGet();
            lost.incrementAndGet(); // the cause is logged already
            return;
        }
        held.add(entry.octets());
        retry();
    }

    /** Appends what is held. */
    void retry() {
        try {
            if (appending.tryLock(LONGEST_WAIT_MS, TimeUnit.MILLISECONDS)) {
                try {
                    appendAll();
                } finally {
                    appending.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the next one appends it
        }
    }

    private void appendAll() {
        if (ended) {
            return;
        }
        try {
            CdrJournal open = full ? null : journal;
            if (open != null && spool.entries() > 0) {
                int spooled = spool.entries();
                spool.moveTo(open);
                inJournal(spooled);
            }
            for (byte[] next = held.peek(); next != null; next = held.peek()) {
                if (open == null) {
                    spool.append(next);
                } else {
                    open.append(next);
                    inJournal(1);
                }
                held.remove();
            }
        } catch (IOException | RuntimeException | InternalError e) { // InternalError: a mapped page without disk
            trouble.note(e);
        }
    }

    private void inJournal(int count) {
        waiting.addAndGet(-count);
        written.addAndGet(count);
        trouble.over();
    }

    /** Looks whether the disk has room; once a second is enough. */
    void lookForRoom() {
        try {
            long free = Files.getFileStore(directory).getUsableSpace();
            full = free < LEAST_FREE_BYTES;
            if (full) {
                trouble.note("disk full", free + " of " + LEAST_FREE_BYTES + " bytes free");
            }
        } catch (IOException e) {
            trouble.note(e);
        }
    }

    boolean isFull() {
        return full;
    }

    Spool spool() {
        return spool;
    }

    long written() {
        return written.get();
    }

    int waiting() {
        return waiting.get();
    }

    long lost() {
        return lost.get();
    }
}
