package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpSuite;

/** The worker's own loop over real sockets, selector included, makes no garbage. */
final class WorkerGarbageTest {
    private static final int PACKETS = 20_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(strings = {"plain", "AES_CM_128_HMAC_SHA1_80", "AEAD_AES_128_GCM"})
    void relaysWithoutGarbage(String agentSide) throws Exception {
        try (MediaPlane plane = MediaPlane.start(Bench.settings(16, Optional.empty()));
                Peer caller = new Peer();
                Peer agent = new Peer();
                CallMedia call = plane.open("garbage")) {
            call.connect(Side.CALLER, Bench.plain(caller.address()));
            call.connect(
                    Side.AGENT,
                    agentSide.equals("plain")
                            ? Bench.plain(agent.address())
                            : Bench.srtp(agent.address(), SrtpSuite.valueOf(agentSide), 1, 2));
            long worker = workerThread();

            relay(call, caller, agent, 0);
            relay(call, caller, agent, PACKETS);
            long before = threads.getThreadAllocatedBytes(worker);
            relay(call, caller, agent, 2 * PACKETS);
            long allocated = threads.getThreadAllocatedBytes(worker) - before;

            assertThat(allocated).isZero();
            assertThat(plane.counters().packets(Verdict.NEXT)).isGreaterThanOrEqualTo(3L * PACKETS - 1);
        }
    }

    private static void relay(CallMedia call, Peer caller, Peer agent, int from) throws IOException {
        for (int i = from; i < from + PACKETS; i++) {
            caller.send(call.port(Side.CALLER), Rtp.audio(i, 5));
            if (agent.receive().length < 172) {
                throw new AssertionError("cut off");
            }
        }
    }

    private static long workerThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("media-0"))
                .findFirst()
                .orElseThrow()
                .threadId();
    }
}
