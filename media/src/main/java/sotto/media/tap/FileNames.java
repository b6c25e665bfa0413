package sotto.media.tap;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Makes a peer's call id a file name that stays in its directory. Two ids never get one name. Stateless. */
final class FileNames {
    private static final int MOST_CHARACTERS = 180; // with side and suffix below the 255 of common file systems
    private static final int DIGEST_BYTES = 12;
    private static final String PLAIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.@";

    private FileNames() {}

    static String of(String callId) {
        byte[] octets = callId.getBytes(StandardCharsets.UTF_8);
        StringBuilder name = new StringBuilder();
        for (byte octet : octets) {
            boolean hides = octet == '.' && name.isEmpty(); // nor is it . or .. then
            if (PLAIN.indexOf(octet) >= 0 && !hides) {
                name.append((char) octet);
            } else {
                name.append('%').append(HexFormat.of().toHexDigits(octet));
            }
        }
        return name.length() <= MOST_CHARACTERS
                ? name.toString()
                : name.substring(0, MOST_CHARACTERS - 2 * DIGEST_BYTES - 1) + "~" + digest(octets);
    }

    private static String digest(byte[] octets) {
        try {
            byte[] whole = MessageDigest.getInstance("SHA-256").digest(octets);
            return HexFormat.of().formatHex(Arrays.copyOf(whole, DIGEST_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
