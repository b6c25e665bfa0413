package sotto.media;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpKeys;
import sotto.media.srtp.SrtpSuite;
import sotto.media.srtp.SrtpTransform;
import sotto.media.srtp.SrtpTransforms;

/** The peer's end of an SRTP leg: seals what it sends, opens what it gets. */
final class SrtpEnd implements AutoCloseable {
    private static final int OFFSET = 3;

    private final MemorySegment memory = Arena.ofAuto().allocate(2_048);
    private final RtpView view = new RtpView(memory);
    private final SrtpTransform out;
    private final SrtpTransform in;

    SrtpEnd(SrtpSuite suite, int sendSeed, int receiveSeed) {
        this(Bench.keys(suite, sendSeed), Bench.keys(suite, receiveSeed));
    }

    /** Closes both. */
    SrtpEnd(SrtpKeys send, SrtpKeys receive) {
        try (send;
                receive) {
            out = SrtpTransforms.of(send);
            in = SrtpTransforms.of(receive);
        }
    }

    byte[] seal(byte[] plain) {
        load(plain);
        if (out.seal(view) != Verdict.NEXT) {
            throw new AssertionError("cannot seal");
        }
        return stored();
    }

    byte[] open(byte[] sealed) {
        load(sealed);
        Verdict verdict = in.open(view);
        if (verdict != Verdict.NEXT) {
            throw new AssertionError("cannot open: " + verdict);
        }
        return stored();
    }

    byte[] sealRtcp(byte[] plain) {
        MemorySegment.copy(plain, 0, memory, ValueLayout.JAVA_BYTE, 0, plain.length);
        int lengthBytes = out.sealRtcp(memory.address(), plain.length);
        return memory.asSlice(0, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
    }

    byte[] openRtcp(byte[] sealed) {
        MemorySegment.copy(sealed, 0, memory, ValueLayout.JAVA_BYTE, 0, sealed.length);
        int lengthBytes = in.openRtcp(memory.address(), sealed.length);
        return memory.asSlice(0, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
    }

    private void load(byte[] packet) {
        MemorySegment.copy(packet, 0, memory, ValueLayout.JAVA_BYTE, OFFSET, packet.length);
        if (!view.wrap(OFFSET, packet.length)) {
            throw new AssertionError("not RTP");
        }
    }

    private byte[] stored() {
        return memory.asSlice(OFFSET, view.lengthBytes()).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void close() {
        out.close();
        in.close();
    }
}
