package sotto.proxy.evidence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/** A key in a file, between its two lines (RFC 7468 §10, §13); in octets, for a private key is never text. Stateless. */
final class Pem {
    private static final int LINE_CHARS = 64; // RFC 7468 §2
    private static final int MOST_BYTES = 8192;

    private Pem() {}

    /**
     * Reads it.
     *
     * @param label such as {@code PUBLIC KEY}
     * @return its DER, the caller's to wipe
     * @throws IOException where there is none; names the file, never what is in it
     */
    static byte[] read(Path file, String label) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException(file + " is no key: it has more than " + MOST_BYTES + " octets");
        }
        byte[] octets = Files.readAllBytes(file);
        try {
            int from = indexOf(octets, begin(label)) + begin(label).length();
            int until = indexOf(octets, end(label));
            if (until < from || from < begin(label).length()) {
                throw new IOException(file + " has no '" + begin(label) + "'");
            }
            return decode(Arrays.copyOfRange(octets, from, until), file);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    private static byte[] decode(byte[] body, Path file) throws IOException {
        try {
            return Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is not base64 between its first and its last line", e);
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    /** Writes it for its owner alone, whole or not at all; the DER is wiped. */
    static void write(Path file, String label, byte[] der) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh); // left by a crash
        byte[] body = Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encode(der);
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            put(channel, (begin(label) + "\n").getBytes(US_ASCII));
            put(channel, body);
            put(channel, ("\n" + end(label) + "\n").getBytes(US_ASCII));
            channel.force(true);
        } finally {
            Arrays.fill(body, (byte) 0);
            Arrays.fill(der, (byte) 0);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void put(FileChannel channel, byte[] octets) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static String begin(String label) {
        return "-----BEGIN " + label + "-----";
    }

    private static String end(String label) {
        return "-----END " + label + "-----";
    }

    private static int indexOf(byte[] octets, String text) {
        byte[] wanted = text.getBytes(US_ASCII);
        for (int at = 0; at + wanted.length <= octets.length; at++) {
            if (Arrays.equals(octets, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }
}
