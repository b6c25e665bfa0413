package sotto.proxy.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.media.MaskReport;
import sotto.pci.capture.PaymentView;

/**
 * A record of each capture for the assessor, signed and chained, in one file a node. Thread-safe.
 *
 * <pre>
 *  the capture is over        the record is
 *  usually                    signed, in the file and synced before the payment is CLOSED
 *  the file cannot be written kept in memory, {@value #MOST_WAITING} at most, and tried again with the next, with each look and at the end
 *  the process is killed      not made
 * </pre>
 */
public final class Evidence implements AutoCloseable {
    static final int MOST_WAITING = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(Evidence.class);
    private static final int MOST_RECENT = 1_000;

    private final EvidenceSettings settings;
    private final SealingKey key;
    private final RecordFile file; // this and all below under our lock
    private final Queue<Capture> waiting = new ArrayDeque<>();
    private final Map<String, Signed> recent = new LinkedHashMap<>();
    private long written;
    private long failures;
    private long lost;
    private long packetsForwarded;
    private boolean failing;
    private boolean closed;

    private record Capture(PaymentView payment, MaskReport mask) {}

    /**
     * A record as it is in the file, and what it says.
     *
     * @param jws in compact form (RFC 7515 §7.1)
     * @param payload JSON
     */
    public record Signed(String jws, String payload) {}

    private Evidence(EvidenceSettings settings, SealingKey key, RecordFile file) {
        this.settings = settings;
        this.key = key;
        this.file = file;
    }

    /**
     * Opens or makes it, and the key.
     *
     * @throws IOException where the directory or a file in it cannot be read or made, or the key is not that of the records
     */
    public static Evidence open(EvidenceSettings settings) throws IOException {
        Path directory = settings.directory();
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        RecordFile file = RecordFile.open(directory.resolve("records.jws"));
        SealingKey key = SealingKey.open(directory, file.records() > 0);
        if (file.records() > 0 && key.verifying().payload(file.last()).isEmpty()) {
            LOG.warn(
                    "evidence in {} was changed: record {} is not as it was signed; new ones follow it all the same,"
                            + " ./sotto evidence verify names what is wrong",
                    directory,
                    file.records());
        }
        return new Evidence(settings, key, file);
    }

    /** Writes the record of a capture that is over. Waits for the disk; never throws for it. */
    public synchronized void write(PaymentView payment, MaskReport mask) {
        if (mask.packetsForwarded() > 0) {
            packetsForwarded += mask.packetsForwarded();
            LOG.warn(
                    "payment {}: {} packets went on to the agent within a key's tone; look into its record",
                    payment.id(),
                    mask.packetsForwarded());
        }
        if (closed || waiting.size() >= MOST_WAITING) {
            lost++;
            LOG.warn(
                    "evidence of payment {} is lost: {}",
                    payment.id(),
                    closed ? "it was over after the program's end" : MOST_WAITING + " records wait already");
            return;
        }
        waiting.add(new Capture(payment, mask));
        writeWaiting();
    }

    private void writeWaiting() {
        try {
            for (Capture next = waiting.peek(); next != null; next = waiting.peek()) {
                file.look();
                RecordText.Place place = new RecordText.Place(file.records() + 1, file.last());
                String payload = RecordText.of(place, settings, next.payment, next.mask);
                String line = key.seal(payload);
                file.append(line);
                waiting.remove();
                written++;
                remember(next.payment.id(), new Signed(line, payload));
                failing = false;
            }
        } catch (IOException | GeneralSecurityException e) {
            failures++;
            if (!failing) {
                LOG.warn(
                        "evidence cannot be written to {} ({}); payments go on, {} records wait in memory and are lost"
                                + " with the process; look at the disk and at the owner of the file",
                        settings.directory(),
                        e.toString(),
                        waiting.size());
            }
            failing = true;
        }
    }

    private void remember(String paymentId, Signed record) {
        recent.put(paymentId, record);
        if (recent.size() > MOST_RECENT) {
            recent.remove(recent.keySet().iterator().next());
        }
    }

    /**
     * The record of a payment.
     *
     * @return empty where there is none in the file
     * @throws IOException where the file cannot be read
     */
    public Optional<Signed> find(String paymentId) throws IOException {
        synchronized (this) {
            writeWaiting();
            Signed record = recent.get(paymentId);
            if (record != null) {
                return Optional.of(record);
            }
            if (waiting.stream().anyMatch(next -> next.payment.id().equals(paymentId))) {
                return Optional.empty();
            }
        }
        return file.find(line -> says(line, paymentId))
                .flatMap(line -> key.verifying().payload(line).map(payload -> new Signed(line, payload)));
    }

    private static boolean says(String line, String paymentId) {
        String[] parts = line.split("\\.", -1);
        return parts.length == 3
                && VerifyingKey.decode(parts[1])
                        .map(octets -> new String(octets, UTF_8))
                        .flatMap(RecordText::parse)
                        .filter(record -> record.path("paymentId").asText().equals(paymentId))
                        .isPresent();
    }

    /** The key that verifies the records. */
    public VerifyingKey key() {
        return key.verifying();
    }

    /**
     * How far the chain has come: who keeps this elsewhere sees later whether its end was cut off.
     *
     * @param records in the file
     * @param hash SHA-256 of the last line in base64url; empty where there is none
     */
    public record Head(long records, String hash) {}

    public synchronized Head head() {
        return new Head(file.records(), file.last().isEmpty() ? "" : VerifyingKey.hash(file.last()));
    }

    /** How it goes, for metrics. */
    public synchronized EvidenceCounts counts() {
        return new EvidenceCounts(written, failures, waiting.size(), lost, packetsForwarded);
    }

    /** Writes what waits. */
    @Override
    public synchronized void close() {
        writeWaiting();
        closed = true;
    }
}
