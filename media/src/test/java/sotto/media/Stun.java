package sotto.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A peer's STUN messages as octets (RFC 8489), by the JDK's own cryptography, for tests that stand outside. */
public final class Stun {
    public static final int USERNAME = 0x0006;
    public static final int PRIORITY = 0x0024;
    public static final int USE_CANDIDATE = 0x0025;

    private static final int HEADER = 20;

    private final ByteArrayOutputStream attributes = new ByteArrayOutputStream();
    private final int type;

    private Stun(int type) {
        this.type = type;
    }

    public static Stun of(int type) {
        return new Stun(type);
    }

    /** A check (RFC 8445 §7.1). */
    public static byte[] check(String user, byte[] password, boolean nominates, int priority) {
        Stun request = of(0x0001)
                .with(USERNAME, user.getBytes(StandardCharsets.US_ASCII))
                .with(PRIORITY, ByteBuffer.allocate(4).putInt(priority).array())
                .with(0x802A, new byte[8]); // ICE-CONTROLLING
        return (nominates ? request.with(USE_CANDIDATE, new byte[0]) : request).signed(password);
    }

    public Stun with(int attribute, byte[] value) {
        attributes.writeBytes(ByteBuffer.allocate(4)
                .putShort((short) attribute)
                .putShort((short) value.length)
                .array());
        attributes.writeBytes(value);
        attributes.writeBytes(new byte[-value.length & 3]);
        return this;
    }

    /** With MESSAGE-INTEGRITY and FINGERPRINT. */
    public byte[] signed(byte[] password) {
        with(0x0008, hmac(message(24), password));
        return fingerprinted();
    }

    public byte[] fingerprinted() {
        with(0x8028, fingerprint(message(8)));
        return message(0);
    }

    /**
     * As it is up to here.
     *
     * @param following octets that the header's length counts already
     */
    public byte[] message(int following) {
        return ByteBuffer.allocate(HEADER + attributes.size())
                .putShort((short) type)
                .putShort((short) (attributes.size() + following))
                .putInt(0x2112A442)
                .put(HexFormat.of().parseHex("b7e7a701bc34d686fa87dfae"))
                .put(attributes.toByteArray())
                .array();
    }

    private static byte[] hmac(byte[] message, byte[] password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(password, "HmacSHA1"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] fingerprint(byte[] before) {
        CRC32 crc = new CRC32();
        crc.update(before);
        return ByteBuffer.allocate(4).putInt((int) crc.getValue() ^ 0x5354554E).array();
    }

    /** Type of a message. */
    public static int type(byte[] message) {
        return ByteBuffer.wrap(message).getShort(0) & 0xFFFF;
    }

    /** Value of an attribute, empty where it is not there. */
    public static byte[] attribute(byte[] message, int type) {
        ByteBuffer at = ByteBuffer.wrap(message).position(HEADER);
        while (at.hasRemaining()) {
            int found = at.getShort() & 0xFFFF;
            byte[] value = new byte[at.getShort() & 0xFFFF];
            at.get(value).position(at.position() + (-value.length & 3));
            if (found == type) {
                return value;
            }
        }
        return new byte[0];
    }

    /** True where MESSAGE-INTEGRITY, and FINGERPRINT behind it, are right. */
    public static boolean isSigned(byte[] message, byte[] password) {
        byte[] unsigned = Arrays.copyOf(message, message.length - 8 - 24);
        unsigned[3] = (byte) (unsigned[3] - 8);
        boolean whole =
                Arrays.equals(attribute(message, 0x8028), fingerprint(Arrays.copyOf(message, message.length - 8)));
        return whole && Arrays.equals(attribute(message, 0x0008), hmac(unsigned, password));
    }
}
