package sotto.media.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;
import sotto.media.packet.RtpView;

/** Packets and keys as octets, and one native buffer to put them in, never at its start. One test's thread. */
final class Packets {
    static final HexFormat HEX = HexFormat.of();
    /** Odd, so that nothing is aligned. */
    static final int OFFSET = 37;

    private static final int BUFFER_BYTES = 4096;

    private final MemorySegment memory = Arena.ofAuto().allocate(BUFFER_BYTES);
    private final RtpView view = new RtpView(memory);

    /** The view, over these octets. */
    RtpView view(byte[] packet) {
        put(packet);
        if (!view.wrap(OFFSET, packet.length)) {
            throw new IllegalArgumentException("no RTP packet: " + HEX.formatHex(packet));
        }
        return view;
    }

    /** Address of these octets, for RTCP. */
    long put(byte[] packet) {
        memory.fill((byte) 0xEE);
        MemorySegment.copy(packet, 0, memory, ValueLayout.JAVA_BYTE, OFFSET, packet.length);
        return memory.address() + OFFSET;
    }

    byte[] octets(int lengthBytes) {
        return memory.asSlice(OFFSET, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
    }

    byte[] octets() {
        return octets(view.lengthBytes());
    }

    /** True where nothing was written before the packet, or behind the room for its tag. */
    boolean isUntouchedAround(int lengthBytes) {
        for (long i = 0; i < BUFFER_BYTES; i++) {
            boolean inside = i >= OFFSET && i < OFFSET + lengthBytes + RtpView.TAIL_ROOM_BYTES;
            if (!inside && memory.get(ValueLayout.JAVA_BYTE, i) != (byte) 0xEE) {
                return false;
            }
        }
        return true;
    }

    static byte[] hex(String octets) {
        return HEX.parseHex(octets.replace(" ", ""));
    }

    static SrtpKeys keys(SrtpSuite suite, long seed) {
        byte[] octets = new byte[suite.keyBytes() + suite.saltBytes()];
        new Random(seed).nextBytes(octets);
        return new SrtpKeys(suite, octets);
    }

    /** A plain packet: 12 octets of header, then {@code payloadBytes} that follow from the sequence number. */
    static byte[] rtp(int ssrc, int sequence, int payloadBytes) {
        byte[] packet = new byte[12 + payloadBytes];
        new Random(sequence).nextBytes(packet);
        packet[0] = (byte) 0x80;
        packet[1] = 0;
        packet[2] = (byte) (sequence >> 8);
        packet[3] = (byte) sequence;
        writeInt(packet, 8, ssrc);
        return packet;
    }

    /** A receiver report of the right length word, or longer. */
    static byte[] rtcp(int ssrc, int lengthBytes) {
        byte[] packet = new byte[lengthBytes];
        new Random(lengthBytes).nextBytes(packet);
        packet[0] = (byte) 0x81;
        packet[1] = (byte) 201;
        packet[2] = 0;
        packet[3] = (byte) (lengthBytes / 4 - 1);
        writeInt(packet, 4, ssrc);
        return packet;
    }

    static void writeInt(byte[] packet, int at, int value) {
        packet[at] = (byte) (value >> 24);
        packet[at + 1] = (byte) (value >> 16);
        packet[at + 2] = (byte) (value >> 8);
        packet[at + 3] = (byte) value;
    }
}
