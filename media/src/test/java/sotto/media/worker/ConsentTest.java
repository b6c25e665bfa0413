package sotto.media.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sotto.media.Stun;
import sotto.media.Until;
import sotto.media.codec.AudioFormat;
import sotto.media.ice.IceCredentials;
import sotto.media.ice.IcePlan;
import sotto.media.net.PortPool;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.tap.Tap;

/** Nothing is sent to a peer that has not asked for it for 30 s (RFC 7675 §5.1). The worker's clock is turned on. */
@Timeout(20)
final class ConsentTest {
    private static final byte[] PASSWORD = "0123456789012345678901".getBytes(StandardCharsets.US_ASCII);
    private static final long CONSENT_NS = 30_000_000_000L;

    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private final int firstPort = 20_000 + 2 * new Random().nextInt(5_000);
    private final PortPool pool = new PortPool(loopback, firstPort, firstPort + 63, new Random());
    private final Tap tap = Tap.start(Optional.empty());
    private final Worker worker = new Worker("media-consent", EngineUnderTest.engine());

    @BeforeEach
    void start() {
        worker.start();
    }

    @AfterEach
    void close() {
        worker.close();
        tap.close();
    }

    @Test
    void endsBySilenceAndComesBackWithTheNextNomination() throws Exception {
        Call call = Call.open(
                "consent", worker, pool.take().orElseThrow(), pool.take().orElseThrow(), tap);
        int callerPort = call.ports().getFirst().port();
        int agentPort = call.ports().getLast().port();
        try (DatagramSocket caller = new DatagramSocket(new InetSocketAddress(loopback, 0));
                DatagramSocket browser = new DatagramSocket(new InetSocketAddress(loopback, 0))) {
            browser.setSoTimeout(5_000);
            InetSocketAddress callerAddress = (InetSocketAddress) caller.getLocalSocketAddress();
            IcePlan ice = new IcePlan(IceCredentials.of("ours", PASSWORD.clone()), "theirs");
            call.connect(Side.CALLER, plan(callerAddress)).get(1, TimeUnit.SECONDS);
            call.connect(Side.AGENT, plan(callerAddress).over(new Transport(Optional.empty(), Optional.of(ice), true)))
                    .get(1, TimeUnit.SECONDS);
            nominate(browser, agentPort);
            send(caller, callerPort, audio(1));
            assertThat(receive(browser)).hasSize(172);

            turnOn(call, CONSENT_NS - 1_000_000_000L);
            send(caller, callerPort, audio(2));
            assertThat(receive(browser)).hasSize(172);

            turnOn(call, CONSENT_NS);
            send(caller, callerPort, audio(3));
            Until.holds("no consent", () -> worker.counts().packets(Verdict.ICE_CONSENT_EXPIRED) == 1);

            nominate(browser, agentPort);
            send(caller, callerPort, audio(4));
            assertThat(receive(browser)).hasSize(172);
            assertThat(worker.counts().packets(Verdict.ICE_CONSENT_EXPIRED)).isEqualTo(1);
        }
    }

    /** Returns when the worker has looked at the clock. */
    private void turnOn(Call call, long byNs) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        worker.execute(() -> {
            call.tick(System.nanoTime() + byNs);
            done.complete(null);
        });
        done.get(5, TimeUnit.SECONDS);
    }

    private static void nominate(DatagramSocket browser, int port) throws IOException {
        send(browser, port, Stun.check("ours:theirs", PASSWORD, true, 1));
        byte[] answer = receive(browser);
        while (answer[0] != 1) { // audio or a report
            answer = receive(browser);
        }
        assertThat(Stun.isSigned(answer, PASSWORD)).isTrue();
    }

    private static void send(DatagramSocket from, int port, byte[] datagram) throws IOException {
        from.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), port));
    }

    /** The next that is no RTCP. */
    private static byte[] receive(DatagramSocket at) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
        do {
            packet.setLength(2_048);
            at.receive(packet);
        } while (packet.getData()[1] <= (byte) 201 && packet.getData()[1] >= (byte) 200);
        return java.util.Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static byte[] audio(int sequence) {
        byte[] packet = new byte[172];
        packet[0] = (byte) 0x80;
        packet[3] = (byte) sequence;
        return packet;
    }

    private static LegPlan plan(InetSocketAddress remote) {
        return new LegPlan(
                remote, remote, AudioFormat.PCMU, 0, OptionalInt.empty(), Optional.empty(), Optional.empty(), true);
    }
}
