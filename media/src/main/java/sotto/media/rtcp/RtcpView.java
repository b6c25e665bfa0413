package sotto.media.rtcp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * One RTCP packet, compound or of reduced size (RFC 5506), read in place, a part at a time. Belongs to the worker that owns the leg.
 *
 * <pre>
 * if (view.wrap(memory, offset, lengthBytes)) {
 *     while (view.next()) { … view.type() … }
 * }
 * </pre>
 *
 * <p>Parts of a type unknown here are stepped over by their length, as RFC 3550 §6.1 asks.
 */
public final class RtcpView {
    public static final int SENDER_REPORT = 200;
    public static final int RECEIVER_REPORT = 201;
    public static final int SOURCE_DESCRIPTION = 202;
    public static final int BYE = 203;
    public static final int EXTENDED_REPORT = 207; // RFC 3611; the last type that is assigned to more than a draft

    static final int HEADER_BYTES = 4;
    static final int SENDER_INFO_BYTES = 20;
    static final int BLOCK_BYTES = 24;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private MemorySegment memory = MemorySegment.NULL;
    private long end;
    private long part; // present part; its end is where the next one begins
    private long nextPart;
    private boolean reducedSize;

    /**
     * Points this view at one datagram and checks all of it (RFC 3550 A.2); the first part comes with {@link #next}.
     *
     * @param memory native memory; never freed here
     * @param offset first octet of the datagram
     * @param lengthBytes octets that arrived, after decryption
     * @return false, and a view not to be used, where it is none: version, a first part of a type unknown here, padding
     *     before the last part, lengths that do not add up, reports shorter than their own counts
     */
    public boolean wrap(MemorySegment memory, long offset, int lengthBytes) {
        this.memory = memory;
        this.end = offset + lengthBytes;
        this.nextPart = offset;
        if (lengthBytes < HEADER_BYTES + 4) {
            return false;
        }
        int first = memory.get(BYTE, offset + 1) & 0xFF;
        reducedSize = first != SENDER_REPORT && first != RECEIVER_REPORT;
        if (first < SENDER_REPORT || first > EXTENDED_REPORT) {
            return false;
        }
        for (long at = offset; at < end; ) {
            if (end - at < HEADER_BYTES) {
                return false;
            }
            long after = at + HEADER_BYTES + 4L * (memory.get(SHORT, at + 2) & 0xFFFF);
            if (after > end || !isSound(at, after)) {
                return false;
            }
            at = after;
        }
        return true;
    }

    private boolean isSound(long at, long after) {
        int octet = memory.get(BYTE, at) & 0xFF;
        int padding = 0;
        if ((octet & 0xC0) != 0x80) {
            return false;
        }
        if ((octet & 0x20) != 0) { // P: only the last part may be padded, by whole words (§6.4.1)
            padding = memory.get(BYTE, after - 1) & 0xFF;
            if (after != end || padding == 0 || padding % 4 != 0) {
                return false;
            }
        }
        int count = octet & 0x1F;
        int needed =
                switch (memory.get(BYTE, at + 1) & 0xFF) {
                    case SENDER_REPORT -> HEADER_BYTES + 4 + SENDER_INFO_BYTES + BLOCK_BYTES * count;
                    case RECEIVER_REPORT -> HEADER_BYTES + 4 + BLOCK_BYTES * count;
                    case BYE -> HEADER_BYTES + 4 * count;
                    case EXTENDED_REPORT -> HEADER_BYTES + 4; // RFC 3611 §2
                    default -> HEADER_BYTES;
                };
        return after - at - padding >= needed;
    }

    /**
     * True where no report comes first (RFC 5506). A phone that hangs up may send its BYE so, without having asked for it
     * in SDP.
     */
    public boolean isReducedSize() {
        return reducedSize;
    }

    /** Steps to the next part; false where there is none. */
    public boolean next() {
        if (nextPart >= end) {
            return false;
        }
        part = nextPart;
        nextPart = part + HEADER_BYTES + 4L * (memory.get(SHORT, part + 2) & 0xFFFF);
        return true;
    }

    /** Packet type of the present part. */
    public int type() {
        return memory.get(BYTE, part + 1) & 0xFF;
    }

    /** Report blocks of a report, SSRCs of a BYE. */
    public int count() {
        return memory.get(BYTE, part) & 0x1F;
    }

    /** SSRC of whoever sends a report. */
    public int senderSsrc() {
        return memory.get(INT, part + HEADER_BYTES);
    }

    /** SSRC that leaves, of a BYE; {@code index} below {@link #count}. */
    public int byeSsrc(int index) {
        return memory.get(INT, part + HEADER_BYTES + 4L * index);
    }

    /** Middle 32 bits of a sender report's NTP time, to be sent back as LSR (RFC 3550 §6.4.1). */
    public int ntpMiddle() {
        return memory.get(INT, part + 10);
    }

    /** Source that report block {@code index} is about; {@code index} below {@link #count}. */
    public int blockSsrc(int index) {
        return memory.get(INT, block(index));
    }

    /** Share lost since the report before, in 1/256. */
    public int fractionLost(int index) {
        return memory.get(BYTE, block(index) + 4) & 0xFF;
    }

    /** Interarrival jitter, unsigned, in ticks. */
    public long jitterTicks(int index) {
        return Integer.toUnsignedLong(memory.get(INT, block(index) + 12));
    }

    /** NTP middle of the last sender report that came there; 0 where none did. */
    public int lastSenderReport(int index) {
        return memory.get(INT, block(index) + 16);
    }

    /** Time from that report's arrival to this one's departure, in 1/65536 s. */
    public int delaySinceLastSenderReport(int index) {
        return memory.get(INT, block(index) + 20);
    }

    /**
     * Finds the block of VoIP metrics about that source in an extended report (RFC 3611 §4.7).
     *
     * @return its place, 36 octets within the datagram; -1 where there is none, or blocks before it are not whole
     */
    long voipMetrics(int ssrc) {
        long at = part + HEADER_BYTES + 4;
        while (nextPart - at >= HEADER_BYTES) {
            int words = memory.get(SHORT, at + 2) & 0xFFFF;
            long after = at + HEADER_BYTES + 4L * words;
            if (after > nextPart) {
                return -1;
            }
            boolean isMetrics = (memory.get(BYTE, at) & 0xFF) == VoipMetrics.TYPE && words == VoipMetrics.LENGTH;
            if (isMetrics && memory.get(INT, at + 4) == ssrc) {
                return at;
            }
            at = after;
        }
        return -1;
    }

    private long block(int index) {
        return part + HEADER_BYTES + 4 + (type() == SENDER_REPORT ? SENDER_INFO_BYTES : 0) + (long) BLOCK_BYTES * index;
    }
}
