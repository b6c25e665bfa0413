package sotto.media.rtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import sotto.media.packet.RtpView;

/** Builds RTP packets byte by byte in native memory, never at offset 0. */
final class Packets {
    static final int OFFSET = 7;
    static final int PAYLOAD_BYTES = 160;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment memory = Arena.ofAuto().allocate(512);
    private final RtpView view = new RtpView(memory);

    /** A packet of payload type 0 and {@link #PAYLOAD_BYTES} octets; valid until the next one. */
    RtpView packet(int ssrc, int sequence, int timestamp) {
        memory.set(ValueLayout.JAVA_BYTE, OFFSET, (byte) 0x80);
        memory.set(ValueLayout.JAVA_BYTE, OFFSET + 1, (byte) 0);
        memory.set(SHORT, OFFSET + 2, (short) sequence);
        memory.set(INT, OFFSET + 4, timestamp);
        memory.set(INT, OFFSET + 8, ssrc);
        if (!view.wrap(OFFSET, RtpView.FIXED_HEADER_BYTES + PAYLOAD_BYTES)) {
            throw new IllegalStateException("not a packet");
        }
        return view;
    }
}
