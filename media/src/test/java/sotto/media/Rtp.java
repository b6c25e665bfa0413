package sotto.media;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** RTP packets as octets (RFC 3550 §5.1), for tests that stand outside. */
final class Rtp {
    static final int PCMU = 0;
    static final int EVENT = 101;

    private final byte[] octets;

    private Rtp(byte[] octets) {
        if (octets.length < 12 || octets[0] != (byte) 0x80) {
            throw new AssertionError("not a plain RTP header");
        }
        this.octets = octets;
    }

    static byte[] audio(int sequence, int ssrc) {
        byte[] payload = new byte[160];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) (0xC0 + (i * 7 + sequence) % 32); // quiet, and no tone
        }
        return octets(PCMU, sequence, 160 * sequence, ssrc, payload);
    }

    static byte[] octets(int payloadType, int sequence, int timestamp, int ssrc, byte[] payload) {
        return ByteBuffer.allocate(12 + payload.length)
                .put((byte) 0x80)
                .put((byte) payloadType)
                .putShort((short) sequence)
                .putInt(timestamp)
                .putInt(ssrc)
                .put(payload)
                .array();
    }

    /** True for a sender's or receiver's report, encrypted or not (RFC 5761 §4). */
    static boolean isReport(byte[] octets) {
        int type = octets[1] & 0xFF;
        return type == 200 || type == 201;
    }

    static Rtp read(byte[] octets) {
        return new Rtp(octets);
    }

    int payloadType() {
        return octets[1] & 0x7F;
    }

    int sequence() {
        return ByteBuffer.wrap(octets).getShort(2) & 0xFFFF;
    }

    int timestamp() {
        return ByteBuffer.wrap(octets).getInt(4);
    }

    int ssrc() {
        return ByteBuffer.wrap(octets).getInt(8);
    }

    byte[] payload() {
        return Arrays.copyOfRange(octets, 12, octets.length);
    }
}
