package sotto.media.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * One RTP packet, read and changed in place in native memory. Belongs to the worker thread that owns the leg.
 *
 * <p>The view owns its offset. A buffer has room behind the packet for an SRTP tag, see {@link #TAIL_ROOM_BYTES}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3550#section-5.1">RFC 3550 §5.1</a>
 */
public final class RtpView {
    /** Version, payload type, sequence, timestamp, SSRC. */
    public static final int FIXED_HEADER_BYTES = 12;
    /** Of the payload types that mean what offer and answer say (RFC 3551 §6). */
    public static final int FIRST_DYNAMIC_TYPE = 96;
    /** Free bytes that a buffer keeps behind the longest datagram, for tags. */
    public static final int TAIL_ROOM_BYTES = 32;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment memory;
    private int offset;
    private int lengthBytes;
    private int headerBytes;
    private int paddingBytes;

    /**
     * Makes a view over a buffer or a pool of buffers.
     *
     * @param memory native memory; the view never frees it
     */
    public RtpView(MemorySegment memory) {
        this.memory = memory;
    }

    /**
     * Points this view at one datagram and checks its header against what arrived.
     *
     * @param offset first octet of the datagram in the memory
     * @param lengthBytes octets that arrived
     * @return false, and a view not to be used, where the header says more than arrived
     */
    public boolean wrap(int offset, int lengthBytes) {
        if (lengthBytes < FIXED_HEADER_BYTES || (memory.get(BYTE, offset) & 0xC0) != 0x80) {
            return false;
        }
        int first = memory.get(BYTE, offset);
        int header = FIXED_HEADER_BYTES + 4 * (first & 0x0F); // CC: contributing sources, 4 octets each
        if ((first & 0x10) != 0) { // X: one header extension, its length in 32-bit words
            if (lengthBytes < header + 4) {
                return false;
            }
            header += 4 + 4 * (memory.get(SHORT, offset + header + 2) & 0xFFFF);
        }
        if (lengthBytes < header) {
            return false;
        }
        this.offset = offset;
        this.lengthBytes = lengthBytes;
        this.headerBytes = header;
        this.paddingBytes = 0;
        return true;
    }

    /**
     * Reads the padding count; only of a packet in the clear, for SRTP encrypts it.
     *
     * @return false where the count is zero or longer than the payload (RFC 3550 §5.1)
     */
    public boolean readPadding() {
        paddingBytes = 0;
        if ((memory.get(BYTE, offset) & 0x20) == 0) {
            return true;
        }
        int count = lengthBytes == headerBytes ? 0 : memory.get(BYTE, offset + lengthBytes - 1) & 0xFF;
        if (count == 0 || count > lengthBytes - headerBytes) {
            return false;
        }
        paddingBytes = count;
        return true;
    }

    /** The memory that this view reads; other packets may lie in it too. */
    public MemorySegment memory() {
        return memory;
    }

    /** Native address of the packet's first octet. */
    public long address() {
        return memory.address() + offset;
    }

    public int offset() {
        return offset;
    }

    /** Whole packet, header and padding included. */
    public int lengthBytes() {
        return lengthBytes;
    }

    /** Sets the whole length, as after adding or dropping a tag; does not move memory. */
    public void lengthBytes(int newLengthBytes) {
        lengthBytes = newLengthBytes;
    }

    /** Fixed header, contributing sources and extension. */
    public int headerBytes() {
        return headerBytes;
    }

    /** Payload without padding. */
    public int payloadBytes() {
        return lengthBytes - headerBytes - paddingBytes;
    }

    /** Offset of the payload in {@link #memory()}. */
    public int payloadOffset() {
        return offset + headerBytes;
    }

    /** Payload octet at {@code index}, 0 to 255. */
    public int payloadByte(int index) {
        return memory.get(BYTE, offset + headerBytes + index) & 0xFF;
    }

    public void payloadByte(int index, int value) {
        memory.set(BYTE, offset + headerBytes + index, (byte) value);
    }

    /** Four payload octets from {@code index}, most significant first. */
    public int payloadInt(int index) {
        return memory.get(INT, offset + headerBytes + index);
    }

    public boolean marker() {
        return memory.get(BYTE, offset + 1) < 0;
    }

    public void marker(boolean set) {
        memory.set(BYTE, offset + 1, (byte) (payloadType() | (set ? 0x80 : 0)));
    }

    /** 0 to 127. */
    public int payloadType() {
        return memory.get(BYTE, offset + 1) & 0x7F;
    }

    public void payloadType(int type) {
        memory.set(BYTE, offset + 1, (byte) ((memory.get(BYTE, offset + 1) & 0x80) | type));
    }

    /** 0 to 65535. */
    public int sequence() {
        return memory.get(SHORT, offset + 2) & 0xFFFF;
    }

    public void sequence(int sequence) {
        memory.set(SHORT, offset + 2, (short) sequence);
    }

    /** In ticks of the payload's clock, modulo 2^32. */
    public int timestamp() {
        return memory.get(INT, offset + 4);
    }

    public void timestamp(int ticks) {
        memory.set(INT, offset + 4, ticks);
    }

    public int ssrc() {
        return memory.get(INT, offset + 8);
    }

    public void ssrc(int ssrc) {
        memory.set(INT, offset + 8, ssrc);
    }
}
