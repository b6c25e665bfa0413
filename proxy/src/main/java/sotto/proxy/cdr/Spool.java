package sotto.proxy.cdr;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A plain file for entries that come while the journal still opens, which takes it a second or more, or while the disk has
 * little room, which a plain file bears: length (4), octets. One thread at a time.
 */
final class Spool {
    private static final String NAME = "spool-";
    private static final int LONGEST = 1 << 20;

    private final Path file;
    private @Nullable FileChannel channel;
    private int entries;

    /** Made once there is something to keep. */
    Spool(Path directory) {
        file = directory.resolve(NAME + UUID.randomUUID());
    }

    /** Appends one entry; it outlives the process when this returns. */
    void append(byte[] octets) throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            channel = open;
        }
        ByteBuffer entry = ByteBuffer.allocate(Integer.BYTES + octets.length)
                .putInt(octets.length)
                .put(octets)
                .flip();
        long before = open.position();
        try {
            while (entry.hasRemaining()) {
                open.write(entry);
            }
        } catch (IOException e) {
            open.truncate(before); // half an entry would hide those behind it
            throw e;
        }
        entries++;
    }

    int entries() {
        return entries;
    }

    /** Brings what is in it to the journal, and is gone. */
    void moveTo(CdrJournal journal) throws IOException {
        FileChannel open = channel;
        if (open != null) {
            open.close();
            channel = null;
            move(file, journal);
            entries = 0;
        }
    }

    /** The same for what processes left that did not come so far. An entry that is in the journal already does no harm. */
    static void moveLeft(Path directory, Spool ours, CdrJournal journal) throws IOException {
        List<Path> left;
        try (Stream<Path> files = Files.list(directory)) {
            left = files.filter(f -> f.getFileName().toString().startsWith(NAME) && !f.equals(ours.file))
                    .toList();
        }
        for (Path file : left) {
            move(file, journal);
        }
    }

    private static void move(Path file, CdrJournal journal) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            while (true) {
                int length = in.readInt();
                if (length < 0 || length > LONGEST) {
                    throw new IOException(file + " has an entry of " + length + " octets");
                }
                byte[] octets = new byte[length];
                in.readFully(octets);
                journal.append(octets);
            }
        } catch (EOFException e) {
            Files.delete(file); // the last entry may be cut short: nobody was told that it is written
        }
    }
}
