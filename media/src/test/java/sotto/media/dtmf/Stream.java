package sotto.media.dtmf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import sotto.media.packet.RtpView;

/** A sender of RTP packets: builds their octets, at an offset of its own, in a buffer full of other octets. */
final class Stream {
    static final int AUDIO = 8;
    static final int EVENT = 101;
    static final int BUFFER_BYTES = 1024;

    private final int offset;
    private final MemorySegment memory = Arena.ofAuto().allocate(2 * BUFFER_BYTES);
    private final RtpView view = new RtpView(memory);
    int sequence = 65_533; // wraps soon
    int timestamp = -500;
    int ssrc = 0x5EED;

    Stream(int offset) {
        this.offset = offset;
        memory.fill((byte) 0xEE);
    }

    /** A packet with the sequence number that is due. */
    RtpView packet(int type, boolean marker, int ticks, byte... payload) {
        MemorySegment.copy(
                payload, 0, memory, ValueLayout.JAVA_BYTE, offset + RtpView.FIXED_HEADER_BYTES, payload.length);
        memory.set(ValueLayout.JAVA_BYTE, offset, (byte) 0x80);
        if (!view.wrap(offset, RtpView.FIXED_HEADER_BYTES + payload.length)) {
            throw new AssertionError("not RTP");
        }
        view.payloadType(type);
        view.marker(marker);
        view.sequence(sequence++ & 0xFFFF);
        view.timestamp(ticks);
        view.ssrc(ssrc);
        return view;
    }

    /** The next packet of audio; its timestamp follows the one before. */
    RtpView audio(byte... octets) {
        RtpView packet = packet(AUDIO, false, timestamp, octets);
        timestamp += octets.length;
        return packet;
    }

    /** A report of a telephone-event that began at {@code ticks}. */
    RtpView event(int event, boolean end, boolean marker, int ticks, int durationTicks) {
        byte flags = (byte) (end ? 0x8A : 0x0A);
        return packet(EVENT, marker, ticks, (byte) event, flags, (byte) (durationTicks >> 8), (byte) durationTicks);
    }

    /** The octets behind the header of a packet that passed. */
    static byte[] payload(RtpView packet) {
        byte[] octets = new byte[packet.payloadBytes()];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) packet.payloadByte(i);
        }
        return octets;
    }
}
