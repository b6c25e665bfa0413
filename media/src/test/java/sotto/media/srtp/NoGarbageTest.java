package sotto.media.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/** The media path allocates nothing per packet; so neither does SRTP over libcrypto, RTP nor RTCP, good or bad. */
final class NoGarbageTest {
    private static final int PACKETS = 20_000;
    private static final int MOST_ROUNDS = 5;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Packets packets = new Packets();

    @ParameterizedTest
    @EnumSource
    void allocatesNothingPerPacket(SrtpSuite suite) {
        Engine.needLibcrypto();
        try (SrtpKeys keys = Packets.keys(suite, 14);
                LibcryptoTransform sealing = LibcryptoTransform.of(keys);
                LibcryptoTransform opening = LibcryptoTransform.of(keys)) {
            RtpView packet = packets.view(Packets.rtp(77, 0, 160));
            int sequence = run(sealing, opening, packet, 0); // the SSRC's state
            long allocated = 1;
            for (int round = 0;
                    round < MOST_ROUNDS && allocated > 0;
                    round++) { // compiled code may be thrown away once
                long before = threads.getCurrentThreadAllocatedBytes();
                sequence = run(sealing, opening, packet, sequence);
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(allocated).isZero();
        }
    }

    private static int run(SrtpTransform sealing, SrtpTransform opening, RtpView packet, int from) {
        int sequence = from;
        for (int i = 0; i < PACKETS; i++) {
            packet.wrap(Packets.OFFSET, 172);
            packet.sequence(sequence);
            boolean passed = sealing.seal(packet) == Verdict.NEXT && opening.open(packet) == Verdict.NEXT;
            packet.lengthBytes(180);
            boolean refused = opening.open(packet) == Verdict.SRTP_REPLAYED;
            packet.sequence(sequence + 1);
            refused &= opening.open(packet) == Verdict.SRTP_BAD_TAG;
            long report = packet.address() + 500;
            int sealedBytes = sealing.sealRtcp(report, 52);
            passed &= opening.openRtcp(report, sealedBytes) == 52;
            refused &= opening.openRtcp(report, sealedBytes) == -1;
            if (!passed || !refused) {
                throw new AssertionError("packet " + sequence + ": passed " + passed + ", refused " + refused);
            }
            sequence++;
        }
        return sequence;
    }
}
