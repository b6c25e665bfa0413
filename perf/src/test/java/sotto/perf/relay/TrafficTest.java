package sotto.perf.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.perf.relay.Contender.Measured;
import sotto.perf.relay.Traffic.TrafficCall;

/** What the generator says of a relay is worth nothing if it miscounts on its own. */
final class TrafficTest {
    @Test
    void countsEveryPacketOfItsOwn() throws Exception {
        try (Traffic traffic = new Traffic()) {
            List<TrafficCall> calls = traffic.direct(300); // the address of each leg in two octets
            Round round = traffic.run(calls, Duration.ofMillis(500));
            assertThat(round.sent()).isBetween(300L * 40, 300L * 55); // 50 packets a call
            assertThat(round.received() + round.dropped()).isEqualTo(round.sent());
            assertThat(round.refused()).isZero();
            assertThat(round.delays().count()).isEqualTo((int) round.received());
        }
    }

    @Test
    void countsWhatARelayLosesAndWhatItMixesUp() throws Exception {
        try (Traffic traffic = new Traffic();
                DatagramSocket deaf = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                DatagramSocket stranger = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            LegEnd nowhere = LegEnd.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), deaf.getLocalPort()));
            List<TrafficCall> calls = traffic.through(0, List.of(new CallEnds(nowhere, nowhere)));
            byte[] packet = new byte[12 + TrafficLeg.PAYLOAD_BYTES];
            packet[0] = (byte) 0x80;
            InetSocketAddress callerAddress = traffic.callerAddress(0);
            Thread sender = Thread.ofVirtual().start(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    send(stranger, new DatagramPacket(packet, packet.length, callerAddress));
                    LockSupport.parkNanos(20_000_000);
                }
            });
            Round round = traffic.run(calls, Duration.ofMillis(500));
            sender.interrupt();
            sender.join();
            assertThat(round.sent()).isPositive();
            assertThat(round.received()).isZero();
            assertThat(round.refused()).isPositive();
            assertThat(round.isLossless()).isFalse();
        }
    }

    private static void send(DatagramSocket from, DatagramPacket packet) {
        try {
            from.send(packet);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A small one of both relays: calls come up, each packet comes through, each tag is right. */
    @ParameterizedTest
    @EnumSource(Media.class)
    void relaysBesideRtpengine(Media media) throws Exception {
        Optional<Path> peer = Rtpengine.installed();
        Assumptions.assumeTrue(peer.isPresent(), "rtpengine is missing: apt-get install rtpengine-daemon");
        try (Traffic traffic = new Traffic();
                Pair pair = Pair.start(peer.get(), media, traffic, new Pair.Size(20, Optional.empty()))) {
            pair.raiseTo(4);
            pair.each(each -> each.talk(4, Duration.ofMillis(500))); // both know their peers
            pair.each(each -> {
                Measured measured = each.round(4, Duration.ofSeconds(2));
                assertThat(measured.round().lost()).as(each.name()).isZero();
                assertThat(measured.round().refused()).as(each.name()).isZero();
                assertThat(measured.round().received()).as(each.name()).isGreaterThan(4 * 2 * 50);
                assertThat(measured.cpuShare()).as(each.name()).isNotNegative();
            });
        }
    }
}
