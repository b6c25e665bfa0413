package sotto.media.ice;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** An answer to a binding request, put together in place (RFC 8489 §6.3). Belongs to the worker of its leg. */
final class StunAnswer {
    private static final int SUCCESS = 0x0101;
    private static final int ERROR = 0x0111;
    private static final int ERROR_CODE = 0x0009;
    private static final int UNKNOWN_ATTRIBUTES = 0x000A;
    private static final int XOR_MAPPED_ADDRESS = 0x0020;
    private static final int IPV4 = 1;
    private static final int IPV6 = 2;
    private static final int MOST_BYTES = 128; // header, error code and reason, 8 unknown types, integrity, fingerprint

    private static final byte[] BAD_REQUEST = "Bad Request".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UNAUTHENTICATED = "Unauthenticated".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UNKNOWN_ATTRIBUTE = "Unknown Attribute".getBytes(StandardCharsets.US_ASCII);

    private final byte[] octets = new byte[MOST_BYTES];
    private final CRC32 crc = new CRC32();
    private int lengthBytes;
    private @Nullable InetSocketAddress seen;
    private byte[] seenAddress = {};

    /** None. */
    void clear() {
        lengthBytes = 0;
    }

    /** Where the request came from, authenticated (§6.3.1.1). */
    void success(StunMessage request, InetSocketAddress from, Integrity by) {
        begin(SUCCESS, request);
        if (!from.equals(seen)) {
            seen = from;
            seenAddress = from.getAddress().getAddress(); // a copy, so not for each of a peer's requests
        }
        attribute(XOR_MAPPED_ADDRESS, 4 + seenAddress.length);
        putShort(seenAddress.length == 4 ? IPV4 : IPV6);
        putShort(from.getPort() ^ (StunMessage.COOKIE >>> 16)); // §14.2
        for (int i = 0; i < seenAddress.length; i++) { // with the cookie, and of IPv6 the transaction id after it
            octets[lengthBytes++] = (byte) (seenAddress[i] ^ octets[StunMessage.COOKIE_AND_ID + i]);
        }
        sign(by);
        end();
    }

    /** 400: no USERNAME, or no MESSAGE-INTEGRITY (§9.1.3); not authenticated. */
    void badRequest(StunMessage request) {
        begin(ERROR, request);
        error(400, BAD_REQUEST);
        end();
    }

    /** 401: neither user nor password are ours (§9.1.3); not authenticated. */
    void unauthenticated(StunMessage request) {
        begin(ERROR, request);
        error(401, UNAUTHENTICATED);
        end();
    }

    /** 420 with the types that are not known (§6.3.1), authenticated. */
    void unknownAttributes(StunMessage request, Integrity by) {
        begin(ERROR, request);
        error(420, UNKNOWN_ATTRIBUTE);
        attribute(UNKNOWN_ATTRIBUTES, 2 * request.unknownCount());
        for (int i = 0; i < request.unknownCount(); i++) {
            putShort(request.unknown(i));
        }
        pad();
        sign(by);
        end();
    }

    private void begin(int type, StunMessage request) {
        lengthBytes = 0;
        putShort(type);
        putShort(0);
        System.arraycopy(
                request.octets(),
                StunMessage.COOKIE_AND_ID,
                octets,
                lengthBytes,
                StunMessage.HEADER_BYTES - lengthBytes);
        lengthBytes = StunMessage.HEADER_BYTES;
    }

    private void error(int code, byte[] reason) { // §14.8
        attribute(ERROR_CODE, 4 + reason.length);
        putShort(0);
        putShort(((code / 100) << 8) | (code % 100));
        System.arraycopy(reason, 0, octets, lengthBytes, reason.length);
        lengthBytes += reason.length;
        pad();
    }

    private void sign(Integrity by) {
        byte[] value = by.of(octets, lengthBytes);
        attribute(StunMessage.MESSAGE_INTEGRITY, value.length);
        System.arraycopy(value, 0, octets, lengthBytes, value.length);
        lengthBytes += value.length;
    }

    private void end() {
        int before = lengthBytes;
        attribute(StunMessage.FINGERPRINT, 4);
        lengthBytes += 4;
        StunMessage.SHORT.set(octets, 2, (short) (lengthBytes - StunMessage.HEADER_BYTES));
        StunMessage.INT.set(octets, lengthBytes - 4, StunMessage.crc(crc, octets, before));
    }

    private void attribute(int type, int valueBytes) {
        putShort(type);
        putShort(valueBytes);
    }

    private void pad() {
        while (lengthBytes % 4 != 0) {
            octets[lengthBytes++] = 0;
        }
    }

    private void putShort(int value) {
        StunMessage.SHORT.set(octets, lengthBytes, (short) value);
        lengthBytes += 2;
    }

    byte[] octets() {
        return octets;
    }

    /** 0 where there is no answer. */
    int lengthBytes() {
        return lengthBytes;
    }
}
