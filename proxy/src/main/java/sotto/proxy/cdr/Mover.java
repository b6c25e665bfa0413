package sotto.proxy.cdr;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread behind the calls: opens the journal, brings what is in it to the database, and deletes what is too old.
 * Where one of the two fails it tries again, the journal never waits for the database.
 */
final class Mover implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Mover.class);
    private static final int BATCH = 500;
    private static final int BATCHES_A_TURN = 20;
    private static final long PERIOD_MS = 100;
    private static final long LOOK_NS = Duration.ofSeconds(1).toNanos();
    private static final long ALIVE_NS = Duration.ofSeconds(10).toNanos();
    private static final long DELETE_NS = Duration.ofHours(1).toNanos();
    private static final long FIRST_WAIT_NS = Duration.ofMillis(500).toNanos();
    private static final long LONGEST_WAIT_NS = Duration.ofSeconds(30).toNanos();
    private static final Duration END_WITHIN = Duration.ofSeconds(30); // the journal may still be opening

    private final CdrSettings settings;
    private final Clock clock;
    private final JournalWriter writer;
    private final BooleanSupplier callsUp;
    private final Trouble journalTrouble;
    private final Trouble databaseTrouble;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final AtomicLong behind = new AtomicLong(); // added to what the writer wrote: what is not in the database
    private final AtomicLong unreadable = new AtomicLong();
    private final Thread thread;
    private @Nullable CdrJournal journal;
    private @Nullable CdrDatabase database;
    private long waitNs = FIRST_WAIT_NS;
    private long nextOpenNs;
    private long nextDatabaseNs;
    private long nextLookNs;
    private long nextAliveNs;
    private long nextDeleteNs;

    /** @param callsUp whether an answered call is up now */
    Mover(CdrSettings settings, Clock clock, JournalWriter writer, BooleanSupplier callsUp, Troubles troubles) {
        this.settings = settings;
        this.clock = clock;
        this.writer = writer;
        this.callsUp = callsUp;
        this.journalTrouble = troubles.journal;
        this.databaseTrouble = troubles.database;
        long nowNs = System.nanoTime();
        nextOpenNs = nowNs;
        nextDatabaseNs = nowNs;
        nextLookNs = nowNs;
        nextAliveNs = nowNs + ALIVE_NS;
        nextDeleteNs = nowNs;
        thread = Thread.ofPlatform().name("cdr-mover").daemon().start(this::run);
    }

    /** Faults by part. */
    record Troubles(Trouble journal, Trouble database) {}

    static Path databaseFile(Path directory) {
        return directory.resolve("cdr.db");
    }

    /** Entries that are not in the database; of former processes only once the database is open. */
    long pending() {
        return Math.max(0, writer.written() + behind.get()) + writer.waiting();
    }

    /** Entries that could not be read. */
    long unreadable() {
        return unreadable.get();
    }

    private void run() {
        try {
            while (!ending.await(PERIOD_MS, TimeUnit.MILLISECONDS)) {
                turn(BATCHES_A_TURN);
            }
            if (journal == null) {
                nextOpenNs = System.nanoTime();
            }
            turn(Integer.MAX_VALUE); // what came last
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            release();
        }
    }

    private void turn(int batches) {
        long nowNs = System.nanoTime();
        try {
            look(nowNs);
            if (journal == null && nowNs - nextOpenNs >= 0 && !writer.isFull()) {
                nextOpenNs = nowNs + LONGEST_WAIT_NS;
                journal = openJournal();
            }
            if (journal != null) {
                move(journal, nowNs, batches);
            }
        } catch (IOException | RuntimeException | InternalError e) {
            journalTrouble.note(e);
        }
    }

    private CdrJournal openJournal() throws IOException {
        Entry first = entry(Entry.Kind.STARTED);
        CdrJournal opened = CdrJournal.open(settings.directory().resolve("journal"), clock);
        boolean done = false;
        try {
            Spool.moveLeft(settings.directory(), writer.spool(), opened);
            opened.mark(first.octets()); // before any call of this process, after those of others
            writer.use(opened);
            done = true;
            return opened;
        } finally {
            if (!done) {
                opened.close();
            }
        }
    }

    private Entry entry(Entry.Kind kind) {
        return new Entry(kind, RecordText.at(clock.instant(), settings.version()));
    }

    private void look(long nowNs) {
        if (nowNs - nextLookNs >= 0) {
            nextLookNs = nowNs + LOOK_NS;
            writer.lookForRoom();
            writer.retry();
        }
        if (nowNs - nextAliveNs >= 0) {
            nextAliveNs = nowNs + ALIVE_NS;
            if (callsUp.getAsBoolean()) {
                writer.write(entry(Entry.Kind.ALIVE));
            }
        }
    }

    private void move(CdrJournal from, long nowNs, int batches) {
        try {
            CdrDatabase open = database;
            if (open == null) {
                if (nowNs - nextDatabaseNs < 0) {
                    return;
                }
                open = openDatabase(from);
            }
            for (int i = 0; i < batches; i++) {
                List<CdrJournal.Excerpt> batch = from.read(BATCH);
                if (batch.isEmpty()) {
                    break;
                }
                unreadable.addAndGet(open.take(batch));
                behind.addAndGet(-batch.size());
                look(System.nanoTime()); // the disk fills while this goes on
            }
            databaseTrouble.over();
            waitNs = FIRST_WAIT_NS;
            if (nowNs - nextDeleteNs >= 0) {
                deleteOld(from, open);
                nextDeleteNs = nowNs + DELETE_NS;
            }
        } catch (SQLException | IOException | LinkageError e) { // LinkageError: its native library
            databaseTrouble.note(e);
            closeDatabase(); // opened again, it tells how far it got
            nextDatabaseNs = nowNs + waitNs;
            waitNs = Math.min(2 * waitNs, LONGEST_WAIT_NS);
        }
    }

    private CdrDatabase openDatabase(CdrJournal from) throws SQLException, IOException {
        CdrDatabase opened = CdrDatabase.open(databaseFile(settings.directory()), from.id());
        database = opened;
        behind.set(from.readAfter(opened.position()));
        return opened;
    }

    private void deleteOld(CdrJournal from, CdrDatabase open) throws SQLException, IOException {
        Instant oldest = clock.instant().minus(settings.keep());
        int records = 0;
        for (int deleted = open.deleteBefore(oldest); deleted > 0; deleted = open.deleteBefore(oldest)) {
            records += deleted;
        }
        int days = from.deleteBefore(LocalDate.ofInstant(oldest, ZoneOffset.UTC));
        if (records > 0 || days > 0) {
            LOG.info("CDRs from before {} are deleted: {} records, {} days of the journal", oldest, records, days);
        }
    }

    private void closeDatabase() {
        CdrDatabase open = database;
        database = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                databaseTrouble.note(e);
            }
        }
    }

    private void release() {
        writer.end();
        closeDatabase();
        CdrJournal open = journal;
        journal = null;
        if (open != null) {
            open.close();
        }
    }

    /** Brings over what is left, as far as that works. */
    @Override
    public void close() {
        ending.countDown();
        try {
            if (!thread.join(END_WITHIN)) {
                LOG.warn("the CDR database is not done after {}; the next start goes on from the journal", END_WITHIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
