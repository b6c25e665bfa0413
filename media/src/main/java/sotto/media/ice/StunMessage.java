package sotto.media.ice;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * One STUN message, read in place (RFC 8489 §5, §14). Belongs to the worker of its leg; reading another one forgets this.
 *
 * <pre>
 *  octets  are
 *  2       type: 0x0001 binding request, 0x0011 indication, 0x0101 success, 0x0111 error
 *  2       length of the attributes, a multiple of 4
 *  4       magic cookie
 *  12      transaction id
 *  4 + n   attribute: type, length n, value; then up to 3 octets of padding, which n does not count
 * </pre>
 */
final class StunMessage {
    static final int HEADER_BYTES = 20;
    static final int COOKIE_AND_ID = 4; // where both begin
    static final int COOKIE = 0x2112A442;
    static final int FINGERPRINT_XOR = 0x5354554E; // "STUN"

    static final int BINDING_REQUEST = 0x0001;
    static final int BINDING_INDICATION = 0x0011;

    static final int USERNAME = 0x0006;
    static final int MESSAGE_INTEGRITY = 0x0008;
    static final int PRIORITY = 0x0024;
    static final int USE_CANDIDATE = 0x0025;
    static final int FINGERPRINT = 0x8028;

    static final int ATTRIBUTE_HEADER_BYTES = 4;
    static final int INTEGRITY_BYTES = 20;

    static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private static final int COMPREHENSION_OPTIONAL = 0x8000;
    private static final int ABSENT = -1;
    private static final int MOST_UNKNOWN = 8; // named in a 420

    private final CRC32 crc = new CRC32();
    private final int[] unknown = new int[MOST_UNKNOWN];
    private byte[] octets = new byte[HEADER_BYTES];
    private int unknownCount;
    private int username;
    private int integrity;
    private int priority;
    private int useCandidate;
    private int fingerprint;

    /**
     * Reads a message; of several attributes of a type, the first.
     *
     * @param octets begin with the message; not copied
     * @param lengthBytes octets that arrived
     * @return false, and a message not to be used, where any length in it says other than what arrived
     */
    boolean read(byte[] octets, int lengthBytes) {
        this.octets = octets;
        unknownCount = 0;
        username = integrity = priority = useCandidate = fingerprint = ABSENT;
        if (lengthBytes < HEADER_BYTES || (octets[0] & 0xC0) != 0) {
            return false;
        }
        int attributesBytes = unsignedShort(2);
        if (attributesBytes % 4 != 0
                || HEADER_BYTES + attributesBytes != lengthBytes
                || (int) INT.get(octets, COOKIE_AND_ID) != COOKIE) {
            return false;
        }
        int at = HEADER_BYTES;
        while (at < lengthBytes) { // both are multiples of 4, so type and length of an attribute are there
            int valueBytes = unsignedShort(at + 2);
            int paddedBytes = (valueBytes + 3) & ~3;
            if (paddedBytes > lengthBytes - at - ATTRIBUTE_HEADER_BYTES || !note(unsignedShort(at), at, valueBytes)) {
                return false;
            }
            at += ATTRIBUTE_HEADER_BYTES + paddedBytes;
        }
        return true;
    }

    private boolean note(int type, int at, int valueBytes) {
        if (fingerprint != ABSENT) {
            return false; // it is the last one (§14.7)
        }
        if (integrity != ABSENT && type != FINGERPRINT) {
            return true; // nobody vouches for what follows (§14.5)
        }
        switch (type) {
            case USERNAME -> username = username == ABSENT ? at : username;
            case MESSAGE_INTEGRITY -> {
                integrity = at;
                return valueBytes == INTEGRITY_BYTES;
            }
            case PRIORITY -> {
                priority = priority == ABSENT ? at : priority;
                return valueBytes == 4;
            }
            case USE_CANDIDATE -> {
                useCandidate = at;
                return valueBytes == 0;
            }
            case FINGERPRINT -> {
                fingerprint = at;
                return valueBytes == 4;
            }
            default -> noteUnknown(type);
        }
        return true;
    }

    private void noteUnknown(int type) {
        if (type < COMPREHENSION_OPTIONAL && !isOfTheStandard(type) && unknownCount < MOST_UNKNOWN) {
            unknown[unknownCount++] = type;
        }
    }

    /** Understood, though of no use in a binding request (RFC 8489 §18.3): MAPPED-ADDRESS, ERROR-CODE and others. */
    private static boolean isOfTheStandard(int type) {
        return switch (type) {
            case 0x0001, 0x0009, 0x000A, 0x0014, 0x0015, 0x001C, 0x001D, 0x001E, 0x0020 -> true;
            default -> false;
        };
    }

    int type() {
        return unsignedShort(0);
    }

    byte[] octets() {
        return octets;
    }

    /** True where FINGERPRINT is there and right (§14.7). */
    boolean hasFingerprint() {
        if (fingerprint == ABSENT) {
            return false;
        }
        return crc(crc, octets, fingerprint) == (int) INT.get(octets, fingerprint + ATTRIBUTE_HEADER_BYTES);
    }

    /** The value of a FINGERPRINT that follows these octets. */
    static int crc(CRC32 crc, byte[] octets, int lengthBytes) {
        crc.reset();
        crc.update(octets, 0, lengthBytes);
        return (int) crc.getValue() ^ FINGERPRINT_XOR;
    }

    boolean isSigned() {
        return username != ABSENT && integrity != ABSENT;
    }

    /** True where USERNAME is there and these octets. */
    boolean isFor(byte[] user) {
        if (username == ABSENT || unsignedShort(username + 2) != user.length) {
            return false;
        }
        int difference = 0;
        for (int i = 0; i < user.length; i++) {
            difference |= octets[username + ATTRIBUTE_HEADER_BYTES + i] ^ user[i];
        }
        return difference == 0;
    }

    /** True where MESSAGE-INTEGRITY is there and right (§14.5). */
    boolean isAuthentic(Integrity by) {
        if (integrity == ABSENT) {
            return false;
        }
        byte[] expected = by.of(octets, integrity);
        int difference = 0;
        for (int i = 0; i < INTEGRITY_BYTES; i++) {
            difference |= octets[integrity + ATTRIBUTE_HEADER_BYTES + i] ^ expected[i];
        }
        return difference == 0;
    }

    /** The candidate's priority, 0 where it is not told (RFC 8445 §7.1.1). */
    long priority() {
        return priority == ABSENT
                ? 0
                : Integer.toUnsignedLong((int) INT.get(octets, priority + ATTRIBUTE_HEADER_BYTES));
    }

    boolean usesCandidate() {
        return useCandidate != ABSENT;
    }

    /** How many types are there that must be understood and are not; 8 at most are kept. */
    int unknownCount() {
        return unknownCount;
    }

    int unknown(int index) {
        return unknown[index];
    }

    private int unsignedShort(int at) {
        return (short) SHORT.get(octets, at) & 0xFFFF;
    }
}
