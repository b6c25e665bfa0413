package sotto.perf.dtmf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.OptionalInt;
import sotto.media.codec.AudioFormat;
import sotto.media.dtmf.KeyRing;
import sotto.media.dtmf.Mask;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;
import sotto.proxy.demo.G711;

/** The program's mask with secure-pay on, fed with RTP as a worker feeds it. One thread. */
final class ArmedMask implements Detector {
    private static final int LENGTH_BYTES = RtpView.FIXED_HEADER_BYTES + Script.PACKET;
    private static final int SLOT_BYTES = 1024; // what is held may be longer than what arrives
    private static final int SSRC = 0x5075746F;
    private static final long PACKET_NS = 20_000_000;

    private final Mask mask = new Mask();
    private final KeyRing keys = new KeyRing();
    private final RtpView slot;
    private final int payloadType;
    private int packets;

    /** @param slot that packets arrive in; other lines' may too */
    ArmedMask(G711 law, RtpView slot) {
        this.slot = slot;
        this.payloadType = law.payloadType();
        mask.settle(AudioFormat.valueOf(law.name()), payloadType, OptionalInt.empty());
        mask.arm(keys);
    }

    /** Memory for one packet. */
    static RtpView slot() {
        return new RtpView(Arena.ofAuto().allocate(SLOT_BYTES));
    }

    @Override
    public void hear(byte[] octets, int from) {
        MemorySegment memory = slot.memory();
        memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x80); // version 2
        memory.set(ValueLayout.JAVA_BYTE, 1, (byte) payloadType);
        MemorySegment.copy(octets, from, memory, ValueLayout.JAVA_BYTE, RtpView.FIXED_HEADER_BYTES, Script.PACKET);
        boolean isRtp = slot.wrap(0, LENGTH_BYTES);
        slot.sequence(packets & 0xFFFF);
        slot.timestamp(packets * Script.PACKET);
        slot.ssrc(SSRC);
        Verdict verdict = mask.process(slot, packets * PACKET_NS);
        packets++;
        if (!isRtp || (verdict != Verdict.NEXT && verdict != Verdict.TONE_HELD)) {
            throw new IllegalStateException("the mask says " + verdict);
        }
    }

    @Override
    public int next() throws InterruptedException {
        int key = keys.next(Duration.ZERO);
        return key == KeyRing.NO_KEY ? NONE : key;
    }

    @Override
    public void close() {
        mask.close(); // and the ring
    }
}
