package sotto.proxy.evidence;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records, one a line, in one file that only its owner may read. One thread at a time.
 *
 * <pre>
 *  what happens                          file
 *  record                                one line more, synced before {@link #append} returns
 *  killed, or the disk full in a line    the part of a line goes with the next start, or the next record
 *  moved away while the program runs     a new one begins, with record 1; the one that was moved is whole
 *  lines taken out while it runs         the next record follows what was there: the gap shows
 * </pre>
 */
final class RecordFile {
    private static final Logger LOG = LoggerFactory.getLogger(RecordFile.class);
    private static final int BLOCK_BYTES = 1 << 16;

    private final Path path;
    private long end; // behind the last whole line
    private long records;
    private String last = ""; // line without its end

    private RecordFile(Path path) {
        this.path = path;
    }

    /**
     * Opens or makes it.
     *
     * @throws IOException where it can be neither read nor written
     */
    static RecordFile open(Path path) throws IOException {
        RecordFile file = new RecordFile(path);
        file.make();
        try (RandomAccessFile octets = new RandomAccessFile(path.toFile(), "rw")) {
            file.find(octets);
        }
        return file;
    }

    private void make() throws IOException {
        if (Files.notExists(path)) {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
    }

    /** Finds the last whole line. */
    private void find(RandomAccessFile octets) throws IOException {
        long start = 0;
        long at = 0;
        try (InputStream in = Files.newInputStream(path)) {
            byte[] block = new byte[BLOCK_BYTES];
            for (int read = in.read(block); read > 0; read = in.read(block)) {
                for (int i = 0; i < read; i++) {
                    if (block[i] == '\n') {
                        records++;
                        start = end;
                        end = at + i + 1;
                    }
                }
                at += read;
            }
        }
        if (at > end) {
            LOG.warn(
                    "evidence in {} ends in a part of a record, {} octets, which nobody was shown; it is cut off",
                    path,
                    at - end);
            octets.setLength(end);
        }
        if (records > 0) {
            byte[] line = new byte[Math.toIntExact(end - 1 - start)];
            octets.seek(start);
            octets.readFully(line);
            last = new String(line, US_ASCII);
        }
    }

    /** Appends a line; it outlives a power failure when this returns. */
    void append(String line) throws IOException {
        make();
        try (RandomAccessFile octets = new RandomAccessFile(path.toFile(), "rw")) {
            if (octets.length() > end) {
                octets.setLength(end); // what a try before this one left
            }
            octets.seek(octets.length());
            octets.write((line + "\n").getBytes(US_ASCII));
            octets.getFD().sync();
            end = octets.length();
        }
        records++;
        last = line;
    }

    /** Lets a file that is new begin anew. */
    void look() throws IOException {
        if (Files.notExists(path) || (Files.isRegularFile(path) && Files.size(path) == 0)) {
            end = 0;
            records = 0;
            last = "";
        }
    }

    /** Records since its first. */
    long records() {
        return records;
    }

    /** The last line; empty where there is none. */
    String last() {
        return last;
    }

    /** The last line that is so. Reads all of the file. */
    Optional<String> find(Predicate<String> isSo) throws IOException {
        try (Stream<String> lines = Files.lines(path, ISO_8859_1)) {
            return lines.filter(isSo).reduce((first, second) -> second);
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
