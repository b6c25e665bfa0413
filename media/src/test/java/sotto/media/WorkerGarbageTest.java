package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.dtls.DtlsPlan;
import sotto.media.ice.IceCredentials;
import sotto.media.ice.IcePlan;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpSuite;
import sotto.media.worker.LegPlan;
import sotto.media.worker.Transport;

/** The worker's own loop over real sockets, selector included, makes no garbage. */
final class WorkerGarbageTest {
    private static final int PACKETS = 20_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void relaysAFaxWithoutGarbage() throws Exception {
        try (MediaPlane plane = MediaPlane.start(Bench.settings(100, Optional.empty()));
                Peer caller = new Peer();
                Peer agent = new Peer();
                CallMedia call = aboveSmallDescriptors(plane)) {
            call.connect(Side.CALLER, LegPlan.fax(caller.address(), true));
            call.connect(Side.AGENT, LegPlan.fax(agent.address(), true));
            long worker = workerThread();
            long allocated = 1;
            for (int round = 0; round < 2 || (allocated > 0 && round < 5); round++) {
                long before = threads.getThreadAllocatedBytes(worker);
                for (int i = 0; i < PACKETS / 2; i++) {
                    byte[] datagram = FaxRelayTest.udptl(i, 60);
                    caller.send(call.port(Side.CALLER), datagram);
                    agent.send(call.port(Side.AGENT), datagram);
                    if (agent.receive().length != 65 || caller.receive().length != 65) {
                        throw new AssertionError("cut off");
                    }
                }
                allocated = threads.getThreadAllocatedBytes(worker) - before;
            }
            assertThat(allocated).isZero();
            assertThat(plane.counters().packets(Verdict.UDPTL_FORWARDED)).isGreaterThanOrEqualTo(2L * PACKETS - 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "AES_CM_128_HMAC_SHA1_80", "AEAD_AES_128_GCM"})
    void relaysWithoutGarbage(String agentSide) throws Exception {
        Optional<SrtpSuite> suite =
                agentSide.equals("plain") ? Optional.empty() : Optional.of(SrtpSuite.valueOf(agentSide));
        try (MediaPlane plane = MediaPlane.start(Bench.settings(100, Optional.empty()));
                Peer caller = new Peer();
                Peer agent = new Peer();
                CallMedia call = aboveSmallDescriptors(plane)) {
            call.connect(Side.CALLER, Bench.plain(caller.address()));
            call.connect(
                    Side.AGENT,
                    suite.map(each -> Bench.srtp(agent.address(), each, 1, 2)).orElse(Bench.plain(agent.address())));
            long worker = workerThread();

            Optional<SrtpEnd> phone = suite.map(each -> new SrtpEnd(each, 1, 2));
            relay(call, caller, agent, phone, 0);
            relay(call, caller, agent, phone, PACKETS / 2);
            long allocated = 1;
            for (int round = 2; allocated > 0 && round < 5; round++) { // a leg's first report may load classes
                long before = threads.getThreadAllocatedBytes(worker);
                relay(call, caller, agent, phone, round * PACKETS / 2);
                allocated = threads.getThreadAllocatedBytes(worker) - before;
            }
            phone.ifPresent(SrtpEnd::close);

            assertThat(allocated).isZero();
            assertThat(plane.counters().packets(Verdict.NEXT)).isGreaterThanOrEqualTo(3L * PACKETS - 1);
        }
    }

    /** SRTP by DTLS on a leg with ICE, whose consent is asked for between packets. */
    @Test
    void relaysForABrowserWithoutGarbage() throws Exception {
        try (MediaPlane plane = MediaPlane.start(Bench.settings(100, Optional.empty()));
                Peer caller = new Peer();
                DtlsPhone browser = new DtlsPhone();
                IceCredentials own = IceCredentials.create(new SecureRandom());
                CallMedia call = aboveSmallDescriptors(plane)) {
            DtlsPlan dtls = new DtlsPlan(plane.dtlsIdentity(), false, List.of(browser.identity.fingerprint()));
            byte[] check = Stun.check(own.ufrag() + ":theirs", own.password(), true, 1);
            call.connect(Side.CALLER, Bench.plain(caller.address()));
            call.connect(
                    Side.AGENT,
                    Bench.plain(caller.address())
                            .over(new Transport(
                                    Optional.of(dtls), Optional.of(new IcePlan(own.copy(), "theirs")), true)));
            browser.talkTo(call.port(Side.AGENT));
            browser.put(check);
            browser.stun();
            browser.shake(true, plane.dtlsIdentity().fingerprint());
            browser.end();
            long worker = workerThread();
            long allocated = 1;
            for (int round = 0; round < 2 || (allocated > 0 && round < 7); round++) {
                long before = threads.getThreadAllocatedBytes(worker);
                for (int i = 0; i < PACKETS / 2; i++) {
                    byte[] audio = Rtp.audio(round * PACKETS / 2 + i, 5);
                    caller.send(call.port(Side.CALLER), audio);
                    browser.put(browser.end().seal(audio));
                    if (i % 50 == 0) {
                        browser.put(check);
                        browser.stun();
                    }
                    if (browser.audio().length < 172 || caller.receive().length != 172) {
                        throw new AssertionError("cut off");
                    }
                }
                allocated = threads.getThreadAllocatedBytes(worker) - before;
            }
            assertThat(allocated).isZero();
        }
    }

    /** Both ways; what the agent sends was sealed before, so that only the worker is measured. */
    private static void relay(CallMedia call, Peer caller, Peer agent, Optional<SrtpEnd> phone, int from)
            throws IOException {
        for (int i = from; i < from + PACKETS / 2; i++) {
            byte[] audio = Rtp.audio(i, 5);
            caller.send(call.port(Side.CALLER), audio);
            agent.send(call.port(Side.AGENT), phone.isPresent() ? phone.get().seal(audio) : audio);
            if (agent.receive().length < 172 || caller.receive().length != 172) {
                throw new AssertionError("cut off");
            }
        }
    }

    /** Descriptors up to 127 are cached by the JDK anyway; a node with more than a handful of calls is above. */
    private static CallMedia aboveSmallDescriptors(MediaPlane plane) throws NoFreePorts {
        for (int i = 0; i < 40; i++) {
            plane.open("below-" + i);
        }
        return plane.open("garbage");
    }

    private static long workerThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("media-0"))
                .findFirst()
                .orElseThrow()
                .threadId();
    }
}
