package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.fuzz.Mutator;

/**
 * Many malformed messages at the real thing, over UDP and TCP, from its trunk; then a call goes through, and what they
 * took is free again. {@code -Dsoak.messages=1000000} sends so many, and waits for the timers of RFC 3261 §17 too.
 */
final class SoakTest {
    private static final Logger LOG = LoggerFactory.getLogger(SoakTest.class);
    private static final int IN_THE_SUITE = 20_000;
    private static final int MESSAGES = Integer.getInteger("soak.messages", IN_THE_SUITE);
    private static final int BURST = 100;
    private static final Duration TIMERS = Duration.ofSeconds(60); // Timer H is 32 s
    private static final long HEAP_GROWTH_BYTES = 24L << 20;

    private int marker;
    private long malformed;

    @Test
    void callsGoThroughAfterwards() throws Exception {
        Rig.Ports ports = Rig.freePorts();
        InetAddress own = InetAddress.getByAddress(
                new byte[] {127, (byte) ThreadLocalRandom.current().nextInt(2, 255), 7, 7});
        try (AutoPeer trunk = new AutoPeer(own, 5060, ports.sip());
                AutoPeer agents = new AutoPeer(InetAddress.getLoopbackAddress(), 0, ports.sip())) {
            PeerSettings carrier = new PeerSettings(
                    "carrier", own.getHostAddress(), 5060, PeerSettings.Transport.UDP, PeerSettings.Srtp.FORBID);
            Rig.Options options = new Rig.Options(
                    Peering.of(
                            carrier,
                            Rig.Options.udp(5060, agents.port())
                                    .peering()
                                    .agents()
                                    .getFirst()),
                    Duration.ofSeconds(1),
                    200,
                    Optional.empty());
            try (Rig rig = new Rig(ports, options, Duration.ofMinutes(5))) {
                send(rig, trunk, own, 20 * BURST); // what is loaded or cached once does not count
                Measured before = Measured.now(rig);
                long startNs = System.nanoTime();
                send(rig, trunk, own, MESSAGES);
                double seconds = (System.nanoTime() - startNs) / 1e9;
                assertThat(malformed).isGreaterThan(MESSAGES / 4);
                rig.untilEmpty();
                LOG.info("{} messages in {} s; before {}, then {}", MESSAGES, seconds, before, Measured.now(rig));
                if (MESSAGES > IN_THE_SUITE) {
                    await("transactions are over", () -> rig.calls.transactions() == 0);
                    await("threads are over", () -> Thread.activeCount() <= before.threads + 2);
                    Measured after = Measured.now(rig);
                    LOG.info("once the timers ran out: {}", after);
                    assertThat(after.heapBytes - before.heapBytes).isLessThan(HEAP_GROWTH_BYTES);
                }
                assertThat(rig.media.counters().portPairsInUse()).isZero();
                call(rig, trunk, agents);
            }
        }
    }

    private record Measured(int entries, int transactions, int portPairs, int threads, long heapBytes) {
        static Measured now(Rig rig) {
            rig.told.refused.clear(); // the test's own, not the program's
            rig.told.ended.clear();
            System.gc();
            return new Measured(
                    rig.calls.entries(),
                    rig.calls.transactions(),
                    rig.media.counters().portPairsInUse(),
                    Thread.activeCount(),
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
    }

    /** Every second one by datagram, the others by connections, made anew where the proxy ends them. */
    private void send(Rig rig, AutoPeer trunk, InetAddress own, int messages) throws IOException {
        Mutator mutator = new Mutator(seeds(), messages);
        int proxyPort = rig.ports.sip();
        Socket tcp = connect(own, proxyPort);
        for (int i = 1; i <= messages; i++) {
            byte[] message = mutator.next();
            if (i % 2 == 0) {
                trunk.send(message);
            } else if (i % BURST == 1 || !sent(tcp, message)) {
                tcp.close();
                tcp = connect(own, proxyPort);
            }
            if (i % 100_000 == 0) {
                LOG.info("{} sent", i);
            }
            if (i % BURST == 0) { // no faster than it is read: this is about state, not about loss
                String callId = "kept" + ++marker;
                trunk.send(trunk.request("OPTIONS", callId, 1, "<sip:agent@127.0.0.1>", "")
                        .getBytes(ISO_8859_1));
                trunk.await(callId + " 200 1 OPTIONS");
                trunk.forget();
                malformed += rig.told.refused.stream()
                        .filter(c -> c.startsWith("malformed"))
                        .count();
                rig.told.refused.clear(); // the test's own, and each addition copies all
                rig.told.ended.clear();
            }
        }
        tcp.close();
    }

    private static boolean sent(Socket tcp, byte[] message) {
        try {
            OutputStream out = tcp.getOutputStream();
            out.write(message);
            return tcp.getInputStream().skip(tcp.getInputStream().available()) >= 0; // so that it can go on writing
        } catch (IOException e) {
            return false; // ended by the proxy, as it should
        }
    }

    private static Socket connect(InetAddress own, int proxyPort) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(own, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxyPort));
        return socket;
    }

    private static void call(Rig rig, AutoPeer trunk, AutoPeer agents) throws IOException {
        agents.takeCalls();
        trunk.send(trunk.request("INVITE", "keptcall", 1, "<sip:agent@127.0.0.1>", AutoPeer.sdp())
                .getBytes(ISO_8859_1));
        String ok = trunk.await("keptcall 200 1 INVITE");
        assertThat(ok).contains("m=audio ");
        trunk.send(trunk.request("ACK", "keptcall", 1, RawPeer.header(ok, "To"), "")
                .getBytes(ISO_8859_1));
        assertThat(rig.calls.list()).singleElement().extracting(CallView::state).isEqualTo("ANSWERED");
        trunk.send(trunk.request("BYE", "keptcall", 2, RawPeer.header(ok, "To"), "")
                .getBytes(ISO_8859_1));
        trunk.await("keptcall 200 2 BYE");
        rig.untilEmpty();
    }

    private static List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources"))) {
            for (Path file : files.filter(f -> f.toString().matches(".*/rfc(4475|5118)/.*"))
                    .sorted()
                    .toList()) {
                seeds.add(Files.readAllBytes(file));
            }
        }
        return seeds;
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long endNs = System.nanoTime() + TIMERS.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(endNs);
            LockSupport.parkNanos(50_000_000);
        }
    }
}
