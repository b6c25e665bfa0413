package sotto.proxy.cdr;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.StoreFileListener;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries in the order in which they were written, in memory-mapped files, one a day: what is appended is the kernel's at
 * once, so a process that is killed loses nothing. {@link #append} is for one thread at a time, the rest for one other.
 */
final class CdrJournal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CdrJournal.class);
    private static final int BLOCK_BYTES = 4 << 20; // mapped at a time; a quarter is the longest entry
    private static final long RECOVER_MS = 1000; // how long the half-written entry of a killed process is waited for
    private static final DateTimeFormatter FILE_NAME = DateTimeFormatter.ofPattern("yyyyMMdd'F.cq4'");

    static {
        System.setProperty("chronicle.analytics.disable", "true"); // its jar is excluded too
    }

    private final Path directory;
    private final String id;
    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final ExcerptTailer tailer;
    private long marked;

    /**
     * What stands at an index.
     *
     * @param entry empty where it is not one of ours
     */
    record Excerpt(long index, Optional<Entry> entry) {}

    private CdrJournal(Path directory, String id, SingleChronicleQueue queue) {
        this.directory = directory;
        this.id = id;
        this.queue = queue;
        this.appender = queue.createAppender();
        this.tailer = queue.createTailer();
        appender.singleThreadedCheckDisabled(true); // several threads, but never two at a time
    }

    /**
     * Opens or makes it. The first one in a process takes a second or more.
     *
     * @param directory of its own
     * @param clock what days go by
     */
    static CdrJournal open(Path directory, Clock clock) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(RollCycles.FAST_DAILY)
                .blockSize(BLOCK_BYTES)
                .timeoutMS(RECOVER_MS)
                .timeProvider(clock::millis)
                .storeFileListener(new OwnerOnly())
                .build();
        try {
            return new CdrJournal(directory, id(directory.resolve("id")), queue);
        } catch (IOException | RuntimeException e) {
            queue.close();
            throw e;
        }
    }

    /** A journal that was made anew counts from the start again, which its index does not tell. */
    private static String id(Path file) throws IOException {
        if (Files.notExists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, UUID.randomUUID().toString());
        }
        return Files.readString(file);
    }

    String id() {
        return id;
    }

    /** Appends one entry; it outlives the process when this returns. */
    void append(byte[] octets) {
        appender.writeBytes(Bytes.wrapForRead(octets));
    }

    /**
     * Goes to where reading starts.
     *
     * @param last what was read before; empty for all
     * @return entries from there up to the last one of before {@link #mark}; below 0 where it is after that
     */
    long readAfter(Optional<Long> last) {
        if (last.isPresent() && tailer.moveToIndex(last.get())) {
            read(); // the last one again
            return last.get() <= marked
                    ? queue.countExcerpts(last.get(), marked)
                    : -queue.countExcerpts(marked, last.get());
        }
        tailer.toStart();
        return queue.countExcerpts(queue.firstIndex(), marked) + 1;
    }

    /** Appends the first entry of this process, by which entries of others are told from ours. */
    void mark(byte[] octets) {
        append(octets);
        marked = appender.lastIndexAppended();
    }

    /** The next entries, at most so many. */
    List<Excerpt> read(int most) {
        List<Excerpt> excerpts = new ArrayList<>();
        while (excerpts.size() < most) {
            Optional<Excerpt> next = read();
            if (next.isEmpty()) {
                break;
            }
            excerpts.add(next.get());
        }
        return excerpts;
    }

    private Optional<Excerpt> read() {
        Bytes<byte[]> octets = Bytes.allocateElasticOnHeap();
        return tailer.readBytes(octets)
                ? Optional.of(new Excerpt(tailer.lastReadIndex(), Entry.parse(octets.toByteArray())))
                : Optional.empty();
    }

    /**
     * Deletes the files of days before one, but none that is still to be read.
     *
     * @return how many
     */
    int deleteBefore(LocalDate day) throws IOException {
        long read = queue.rollCycle().toCycle(tailer.index()); // days since 1970
        int deleted = 0;
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.toList();
        }
        for (Path file : files) {
            Optional<LocalDate> written = day(file);
            if (written.isPresent()
                    && written.get().isBefore(day)
                    && written.get().toEpochDay() < read) {
                Files.delete(file);
                deleted++;
            }
        }
        if (deleted > 0) {
            queue.refreshDirectoryListing();
        }
        return deleted;
    }

    private static Optional<LocalDate> day(Path file) {
        try {
            return Optional.of(LocalDate.parse(file.getFileName().toString(), FILE_NAME));
        } catch (DateTimeParseException e) {
            return Optional.empty(); // not one of the days
        }
    }

    static LocalDate day(Clock clock) {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    @Override
    public void close() {
        queue.close();
    }

    /** The directory is closed to others already; this is for who copies it. */
    private static final class OwnerOnly implements StoreFileListener {
        @Override
        public void onAcquired(int cycle, File file) {
            try {
                Files.setPosixFilePermissions(file.toPath(), PosixFilePermissions.fromString("rw-------"));
            } catch (NoSuchFileException e) {
                LOG.debug("{} is gone again, before it was looked at", file);
            } catch (IOException e) {
                LOG.warn("cannot take the rights of others from {}: {}", file, e.toString());
            }
        }

        @Override
        public void onReleased(int cycle, File file) {
            // kept
        }
    }
}
