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
import sotto.perf.relay.Traffic.TrafficCall;

/** What the generator says of a relay is worth nothing if it miscounts on its own. */
final class TrafficTest {
    private static final int MOST_ROUNDS = 10;

    @Test
    void countsEveryPacketOfItsOwn() throws Exception {
        try (Traffic traffic = new Traffic()) {
            List<TrafficCall> calls = traffic.direct(300); // the address of each leg in two octets
            Round round = traffic.run(calls, Duration.ofMillis(500));
            assertThat(round.sent()).isBetween(1L, 300L * 55); // 50 packets a call, fewer where others have the machine
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

    /** Small, of both relays: calls come up, each packet comes through, each tag is right. */
    @ParameterizedTest
    @EnumSource(names = {"RTP", "AES_GCM"})
    void relaysBesideRtpengine(Media media) throws Exception {
        Optional<Path> peer = Rtpengine.installed();
        Assumptions.assumeTrue(peer.isPresent(), "rtpengine is missing: apt-get install rtpengine-daemon");
        try (Traffic traffic = new Traffic();
                Pair pair = Pair.start(peer.get(), media, traffic, new Pair.Size(20, Optional.empty()))) {
            pair.raiseTo(4);
            pair.each(each -> {
                Round round = each.round(4, Duration.ofSeconds(1)).round();
                for (int i = 0; i < MOST_ROUNDS && round.lost() > 0; i++) { // it may have started a moment ago
                    round = each.round(4, Duration.ofSeconds(1)).round();
                }
                assertThat(round.lost()).as(each.name()).isZero();
                assertThat(each.refused()).as(each.name()).isZero();
                assertThat(round.received()).as(each.name()).isPositive();
                assertThat(each.cpuMicros().median()).as(each.name()).isNotNegative();
            });
        }
    }
}
