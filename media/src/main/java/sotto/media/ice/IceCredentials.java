package sotto.media.ice;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * User name fragment and password of our side of a leg (RFC 8445 §5.3), which the peer's binding requests are checked by.
 * Owned by whoever made it; wiped on close. The password is never printed.
 */
public final class IceCredentials implements AutoCloseable {
    private static final byte[] ICE_CHARS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);
    private static final int UFRAG_CHARS = 8; // 48 bits; 24 are asked for
    private static final int PASSWORD_CHARS = 24; // 144 bits; 128 are asked for

    private final String ufrag;
    private final byte[] password;

    private IceCredentials(String ufrag, byte[] password) {
        this.ufrag = ufrag;
        this.password = password;
    }

    /** Makes new ones, for a new leg or an ICE restart (RFC 8445 §9). */
    public static IceCredentials create(SecureRandom random) {
        return new IceCredentials(
                new String(iceChars(random, UFRAG_CHARS), StandardCharsets.US_ASCII), iceChars(random, PASSWORD_CHARS));
    }

    /**
     * Takes given ones.
     *
     * @param ufrag 4 to 256 characters
     * @param password 22 to 256 octets; not copied, wiped on close
     * @throws IllegalArgumentException for other lengths (RFC 8839 §5.4)
     */
    public static IceCredentials of(String ufrag, byte[] password) {
        if (ufrag.length() < 4 || ufrag.length() > 256 || password.length < 22 || password.length > 256) {
            throw new IllegalArgumentException("ICE user name fragment of " + ufrag.length()
                    + " characters and password of " + password.length + "; they have 4 to 256 and 22 to 256");
        }
        return new IceCredentials(ufrag, password);
    }

    private static byte[] iceChars(SecureRandom random, int count) {
        byte[] chars = new byte[count];
        random.nextBytes(chars);
        for (int i = 0; i < count; i++) {
            chars[i] = ICE_CHARS[chars[i] & 0x3F];
        }
        return chars;
    }

    /** The value of our {@code a=ice-ufrag}. */
    public String ufrag() {
        return ufrag;
    }

    /** The value of our {@code a=ice-pwd}, in ASCII; a copy, which the caller wipes. */
    public byte[] password() {
        return password.clone();
    }

    /** Others of the same value, with an owner of their own. */
    public IceCredentials copy() {
        return new IceCredentials(ufrag, password.clone());
    }

    /** True where both are the same; takes the same time wherever the passwords differ. */
    public boolean matches(IceCredentials other) {
        return ufrag.equals(other.ufrag) && MessageDigest.isEqual(password, other.password);
    }

    /** Wipes the password. */
    @Override
    public void close() {
        Arrays.fill(password, (byte) 0);
    }

    @Override
    public String toString() {
        return "IceCredentials[" + ufrag + "]";
    }
}
