package sotto.media.path;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Checks a compound RTCP packet in the clear (RFC 3550 §6.1, A.2). Stateless. */
final class Compound {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int HEADER_BYTES = 8; // with the sender's SSRC
    private static final int SENDER_REPORT = 200;
    private static final int RECEIVER_REPORT = 201;

    private Compound() {}

    /**
     * True where each packet says version 2 and the lengths add up, the first is a report, and it is not padded.
     *
     * @param offset first octet in the memory
     * @param lengthBytes octets in the clear
     */
    static boolean isWellFormed(MemorySegment memory, int offset, int lengthBytes) {
        if (lengthBytes < HEADER_BYTES) {
            return false;
        }
        int type = memory.get(ValueLayout.JAVA_BYTE, offset + 1) & 0xFF;
        boolean padded = (memory.get(ValueLayout.JAVA_BYTE, offset) & 0x20) != 0;
        if (padded || (type != SENDER_REPORT && type != RECEIVER_REPORT)) {
            return false;
        }
        int at = 0;
        while (lengthBytes - at >= 4) {
            boolean version2 = (memory.get(ValueLayout.JAVA_BYTE, offset + at) & 0xC0) == 0x80;
            int words = memory.get(SHORT, offset + at + 2) & 0xFFFF; // length in 32-bit words, less one
            if (!version2 || 4 * (words + 1) > lengthBytes - at) {
                return false;
            }
            at += 4 * (words + 1);
        }
        return at == lengthBytes;
    }
}
