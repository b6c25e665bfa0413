package sotto.media.ice;

import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * HMAC-SHA1 under one short-term password (RFC 8489 §9.1, §14.5). Belongs to the worker of its leg. Allocates nothing once
 * made, which the JDK's own does for each message.
 */
final class Integrity implements AutoCloseable {
    private final HMac mac = new HMac(new SHA1Digest());
    private final byte[] value = new byte[StunMessage.INTEGRITY_BYTES];

    /** @param password its octets are the key (§9.1.1); not kept */
    Integrity(byte[] password) {
        mac.init(new KeyParameter(password));
    }

    /**
     * The value of MESSAGE-INTEGRITY.
     *
     * @param octets begin with the message
     * @param lengthBytes how many of them precede that attribute; the header's length is taken to end with it
     * @return valid until the next call
     */
    byte[] of(byte[] octets, int lengthBytes) {
        int ends = lengthBytes
                + StunMessage.ATTRIBUTE_HEADER_BYTES
                + StunMessage.INTEGRITY_BYTES
                - StunMessage.HEADER_BYTES;
        mac.update(octets, 0, 2);
        mac.update((byte) (ends >>> 8));
        mac.update((byte) ends);
        mac.update(octets, StunMessage.COOKIE_AND_ID, lengthBytes - StunMessage.COOKIE_AND_ID);
        mac.doFinal(value, 0);
        return value;
    }

    /** Overwrites what was derived from the password. */
    @Override
    public void close() {
        mac.init(new KeyParameter(new byte[StunMessage.INTEGRITY_BYTES]));
        Arrays.fill(value, (byte) 0);
    }
}
