package sotto.media.srtp;

import java.util.Arrays;

/**
 * Suite, master key and master salt of one direction of a leg. Owned by whoever made it until it is handed to a leg;
 * the leg closes it. Never printed.
 */
public final class SrtpKeys implements AutoCloseable {
    private final SrtpSuite suite;
    private final byte[] keyAndSalt;

    /**
     * Takes over key and salt.
     *
     * @param keyAndSalt master key, then master salt, as SDES writes them (RFC 4568 §6.1); not copied, wiped on close
     * @throws IllegalArgumentException if the length is not the suite's
     */
    public SrtpKeys(SrtpSuite suite, byte[] keyAndSalt) {
        if (keyAndSalt.length != suite.keyBytes() + suite.saltBytes()) {
            throw new IllegalArgumentException("inline key of " + keyAndSalt.length + " octets; " + suite + " takes "
                    + (suite.keyBytes() + suite.saltBytes()));
        }
        this.suite = suite;
        this.keyAndSalt = keyAndSalt;
    }

    public SrtpSuite suite() {
        return suite;
    }

    /** A copy of the master key; the caller wipes it. */
    public byte[] masterKey() {
        return Arrays.copyOf(keyAndSalt, suite.keyBytes());
    }

    /** A copy of the master salt; the caller wipes it. */
    public byte[] masterSalt() {
        return Arrays.copyOfRange(keyAndSalt, suite.keyBytes(), keyAndSalt.length);
    }

    /** True where both hold the same suite, key and salt; takes the same time wherever they differ. */
    public boolean matches(SrtpKeys other) {
        return suite == other.suite && java.security.MessageDigest.isEqual(keyAndSalt, other.keyAndSalt);
    }

    /** Wipes key and salt. */
    @Override
    public void close() {
        Arrays.fill(keyAndSalt, (byte) 0);
    }

    @Override
    public String toString() {
        return "SrtpKeys[" + suite + "]";
    }
}
