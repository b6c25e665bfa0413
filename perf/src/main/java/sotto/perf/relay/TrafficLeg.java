package sotto.perf.relay;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpKeys;
import sotto.media.srtp.SrtpTransform;
import sotto.media.srtp.SrtpTransforms;

/**
 * One leg of a call as its peer has it: an address, a stream of G.711 to the relay, and what comes back. Belongs to the
 * generator's thread.
 *
 * <p>The payload begins with the time at which it was sent and the leg that sent it; the rest is noise.
 */
final class TrafficLeg implements AutoCloseable {
    /** 20 ms of G.711. */
    static final int PAYLOAD_BYTES = 160;

    private static final int PACKET_BYTES = RtpView.FIXED_HEADER_BYTES + PAYLOAD_BYTES;
    private static final int SENDER_OFFSET = 8; // in the payload, behind the time
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final int id;
    private final int expected;
    private final MemorySegment packet;
    private final MemorySegment iovec;
    private final MemorySegment to;
    private final MemorySegment from;
    private final RtpView view;
    private final int relayPort;
    private final @Nullable SrtpTransform seal;
    private final @Nullable SrtpTransform unseal;

    /**
     * @param id of this leg; what it hears comes from {@code id ^ 1}
     * @param own its address
     * @param arena what it lives in
     */
    TrafficLeg(int id, Inet4Address own, LegEnd end, Arena arena) {
        this.id = id;
        this.expected = id ^ 1;
        relayPort = end.relay().getPort();
        packet = arena.allocate(PACKET_BYTES + RtpView.TAIL_ROOM_BYTES, 64);
        iovec = arena.allocate(16, 8);
        iovec.set(ADDRESS, 0, packet);
        to = BatchSocket.address(arena, end.relay());
        from = BatchSocket.source(arena, own);
        view = new RtpView(packet);
        seal = end.keys().map(keys -> transform(keys.ours())).orElse(null);
        unseal = end.keys().map(keys -> transform(keys.theirs())).orElse(null);
        SplittableRandom noise = new SplittableRandom(id);
        for (int i = 0; i < PACKET_BYTES; i++) {
            packet.set(BYTE, i, (byte) noise.nextInt());
        }
        packet.set(BYTE, 0, (byte) 0x80);
        packet.set(BYTE, 1, (byte) 0); // PCMU
    }

    private static SrtpTransform transform(SrtpKeys keys) {
        try (keys) {
            return SrtpTransforms.of(keys);
        }
    }

    /** Where the relay hears it. */
    int relayPort() {
        return relayPort;
    }

    /** Puts the next packet into a batch. */
    void send(BatchSocket socket, long nowNs) {
        view.wrap(0, PACKET_BYTES);
        view.sequence(view.sequence() + 1);
        view.timestamp(view.timestamp() + PAYLOAD_BYTES);
        packet.set(LONG, RtpView.FIXED_HEADER_BYTES, nowNs);
        packet.set(INT, RtpView.FIXED_HEADER_BYTES + SENDER_OFFSET, id);
        if (seal != null) {
            seal.seal(view);
        }
        iovec.set(JAVA_LONG, 8, view.lengthBytes());
        socket.queue(iovec, to, from);
    }

    /**
     * Looks at a packet that came from the relay for this leg.
     *
     * @return when it was sent; -1 where it is not of the leg at the other end, or not authentic
     */
    long sentNs(RtpView came) {
        if (unseal != null && unseal.open(came) != Verdict.NEXT) {
            return -1;
        }
        return sentNs(came, expected);
    }

    /** The same without keys, for who knows the sender only. */
    static long sentNs(RtpView came, int expected) {
        if (came.payloadBytes() != PAYLOAD_BYTES || came.payloadInt(SENDER_OFFSET) != expected) {
            return -1;
        }
        return came.memory().get(LONG, came.payloadOffset());
    }

    /** Of a packet in the clear that is long enough. */
    static int sender(RtpView came) {
        return came.payloadInt(SENDER_OFFSET);
    }

    @Override
    public void close() {
        if (seal != null) {
            seal.close();
        }
        if (unseal != null) {
            unseal.close();
        }
    }
}
