package sotto.proxy.sip.digest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A password in a file, its first line. Read each time that it is needed, so that a new one needs no restart, and wiped
 * from the heap at once. Immutable.
 */
public final class Secret {
    private static final int MOST_BYTES = 1024;

    private final Path file;

    public Secret(Path file) {
        this.file = file;
    }

    /** Puts it into a hash, and nowhere else. */
    void into(MessageDigest hash) throws IOException {
        byte[] octets = new byte[MOST_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            int length = in.readNBytes(octets, 0, octets.length);
            int end = 0;
            while (end < length && octets[end] != '\n' && octets[end] != '\r') {
                end++;
            }
            hash.update(octets, 0, end);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "Secret[" + file + "]";
    }
}
