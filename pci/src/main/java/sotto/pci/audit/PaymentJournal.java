package sotto.pci.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Append-only record of what became of each payment: encrypted, and chained by hash, so that a record taken out, put in
 * or changed shows. Never a digit but the last four. Thread-safe. Opens on a thread of its own, for that takes seconds.
 *
 * <pre>
 *  excerpt = nonce (12) | AES-256-GCM( hash of the record before (32) | record in UTF-8 ), tag (16)
 *  hash    = SHA-256( hash of the record before | record )
 * </pre>
 */
public final class PaymentJournal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PaymentJournal.class);
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int HASH_BYTES = 32;
    private static final long OPEN_SECONDS = 30;
    private static final SecureRandom RANDOM = new SecureRandom();

    static {
        System.setProperty("chronicle.analytics.disable", "true"); // its jar is excluded too
    }

    private final FutureTask<Opened> opening;
    private final AtomicLong failures = new AtomicLong();

    /** The queue and the hash of its last record; guarded by itself. */
    private static final class Opened {
        private final ChronicleQueue queue;
        private final SecretKeySpec key;
        private byte[] head = new byte[HASH_BYTES];

        private Opened(ChronicleQueue queue, SecretKeySpec key) {
            this.queue = queue;
            this.key = key;
        }
    }

    private PaymentJournal(Path directory) {
        opening = new FutureTask<>(() -> openNow(directory));
        Thread.ofPlatform().name("journal-open").daemon().start(opening);
    }

    /**
     * Opens or makes the journal.
     *
     * @param directory of its own; the key is kept in it, readable by the owner only
     */
    public static PaymentJournal open(Path directory) {
        return new PaymentJournal(directory);
    }

    /**
     * Appends one record; it is in the journal when this returns.
     *
     * @param record one line of text without a line end; never a digit of a card
     * @return false where it could not be written; logged and counted
     */
    public boolean append(String record) {
        try {
            Opened journal = opened();
            synchronized (journal) {
                byte[] text = record.getBytes(StandardCharsets.UTF_8);
                byte[] before = journal.head;
                byte[] sealed = seal(journal.key, before, text);
                try (ExcerptAppender appender = journal.queue.createAppender()) {
                    appender.writeBytes(Bytes.wrapForRead(sealed));
                    appender.sync();
                }
                journal.head = hash(before, text);
            }
            return true;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            if (failures.getAndIncrement() == 0) {
                LOG.error("journal cannot be written; no payment is sent until it can: {}", e.toString());
            }
            return false;
        }
    }

    /** Records that could not be written. */
    public long failures() {
        return failures.get();
    }

    /**
     * Reads the whole chain.
     *
     * @return how many records there are
     * @throws IOException where one was changed, taken out or put in, with its place
     */
    public long verify() throws IOException {
        Opened journal = opened();
        synchronized (journal) {
            return walk(journal);
        }
    }

    private Opened opened() throws IOException {
        try {
            return opening.get(OPEN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("journal did not open: " + e.getMessage(), e);
        }
    }

    private static Opened openNow(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        SecretKeySpec key = key(directory.resolve("journal.key"));
        ChronicleQueue queue = ChronicleQueue.singleBuilder(directory.resolve("records"))
                .rollCycle(RollCycles.FAST_DAILY)
                .build();
        Opened journal = new Opened(queue, key);
        try {
            walk(journal);
        } catch (IOException | RuntimeException e) {
            queue.close();
            LOG.error(
                    "the payment journal in {} cannot be trusted, so no payment is sent: {}; keep it for whoever looks"
                            + " into it, and start with an empty state directory",
                    directory,
                    e.toString());
            throw e;
        }
        return journal;
    }

    private static SecretKeySpec key(Path file) throws IOException {
        if (Files.notExists(file)) {
            byte[] fresh = new byte[32];
            RANDOM.nextBytes(fresh);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, fresh);
        }
        return new SecretKeySpec(Files.readAllBytes(file), "AES");
    }

    /** Checks each record against the one before, and keeps the last hash. */
    private static long walk(Opened journal) throws IOException {
        byte[] hash = new byte[HASH_BYTES];
        long count = 0;
        Bytes<ByteBuffer> excerpt = Bytes.elasticHeapByteBuffer(1024);
        try (ExcerptTailer tailer = journal.queue.createTailer()) {
            while (tailer.readBytes(excerpt)) {
                byte[] plain = openSealed(journal.key, excerpt.toByteArray(), count);
                byte[] text = Arrays.copyOfRange(plain, HASH_BYTES, plain.length);
                if (!MessageDigest.isEqual(Arrays.copyOf(plain, HASH_BYTES), hash)) {
                    throw new IOException("journal: record " + count + " does not follow the one before it");
                }
                hash = hash(hash, text);
                excerpt.clear();
                count++;
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("journal: record " + count + " was changed, or the key is another", e);
        }
        journal.head = hash;
        return count;
    }

    private static byte[] seal(SecretKeySpec key, byte[] before, byte[] text) throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
        byte[] sealed = cipher.doFinal(ByteBuffer.allocate(before.length + text.length)
                .put(before)
                .put(text)
                .array());
        return ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                .put(nonce)
                .put(sealed)
                .array();
    }

    private static byte[] openSealed(SecretKeySpec key, byte[] excerpt, long count)
            throws GeneralSecurityException, IOException {
        if (excerpt.length < NONCE_BYTES + HASH_BYTES + TAG_BITS / 8) {
            throw new IOException("journal: record " + count + " is cut short");
        }
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, excerpt, 0, NONCE_BYTES));
        return cipher.doFinal(excerpt, NONCE_BYTES, excerpt.length - NONCE_BYTES);
    }

    private static byte[] hash(byte[] before, byte[] text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(before);
            return digest.digest(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public void close() {
        try {
            opened().queue.close();
        } catch (IOException e) {
            LOG.warn("the payment journal was never open: {}", e.toString());
        }
    }
}
