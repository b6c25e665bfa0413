package sotto.proxy.cdr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import sotto.pci.capture.PaymentView;
import sotto.proxy.b2bua.CallEnd;
import sotto.proxy.b2bua.CallView;

/**
 * All call detail records of this node. Calls write to a journal and go on; a thread behind brings the journal to the
 * database that is asked. Thread-safe.
 */
public final class Cdrs implements CallRecords, AutoCloseable {
    /** Where sqlite-jdbc unpacks its library. */
    private static final String DRIVER_FILES = "org.sqlite.tmpdir";

    private final String version;
    private final Trouble journalTrouble = new Trouble(
            "the CDR journal cannot be written",
            "calls go on, their records wait in a spool file, or in memory where that fails too; see the runbook");
    private final Trouble databaseTrouble = new Trouble(
            "the CDR database cannot be written",
            "calls go on, their records wait in the journal; it is tried again every 30 s at least; see the runbook");
    private final AtomicInteger up = new AtomicInteger();
    private final JournalWriter writer;
    private final Mover mover;
    private final CdrQueries queries;

    private Cdrs(CdrSettings settings, Clock clock) {
        version = settings.version();
        writer = new JournalWriter(settings.directory(), journalTrouble);
        queries = new CdrQueries(Mover.databaseFile(settings.directory()));
        mover = new Mover(
                settings, clock, writer, () -> up.get() > 0, new Mover.Troubles(journalTrouble, databaseTrouble));
    }

    /**
     * Opens or makes them; journal and database open on a thread of their own, for that takes a second or more.
     *
     * @throws IOException where the directory cannot be made
     */
    public static Cdrs open(CdrSettings settings) throws IOException {
        return open(settings, Clock.systemUTC());
    }

    /** The same by another clock. */
    static Cdrs open(CdrSettings settings, Clock clock) throws IOException {
        Path directory = settings.directory();
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (System.getProperty(DRIVER_FILES) == null) {
            System.setProperty(DRIVER_FILES, directory.toString()); // ours alone, and not a /tmp that may be noexec
        }
        return new Cdrs(settings, clock);
    }

    /** A call was answered: should the process die, it has a record all the same. Never blocks. */
    public void answered(CallView call) {
        up.incrementAndGet();
        writer.write(new Entry(Entry.Kind.ANSWERED, RecordText.answered(call, version)));
    }

    /**
     * A call is over: its record outlives the process when this returns. Never blocks.
     *
     * @param payments made in it, as they stand
     */
    public void ended(CallEnd end, List<PaymentView> payments) {
        if (end.call().answeredAt().isPresent()) {
            up.decrementAndGet();
        }
        writer.write(new Entry(Entry.Kind.ENDED, RecordText.ended(end, payments, version)));
    }

    /**
     * A payment of a call that is over has another outcome. Never blocks.
     *
     * @param payments all that were made in the call
     */
    public void paid(String callId, List<PaymentView> payments) {
        writer.write(new Entry(Entry.Kind.PAID, RecordText.paid(callId, payments)));
    }

    @Override
    public Page page(Query query) throws Unavailable {
        return queries.page(query);
    }

    @Override
    public Optional<String> find(String id) throws Unavailable {
        return queries.find(id);
    }

    /** How it goes, for metrics. */
    public CdrCounts counts() {
        return new CdrCounts(
                writer.written(),
                mover.pending(),
                journalTrouble.count(),
                databaseTrouble.count(),
                writer.lost() + mover.unreadable());
    }

    /** Brings over what is left, then closes. */
    @Override
    public void close() {
        mover.close();
    }
}
