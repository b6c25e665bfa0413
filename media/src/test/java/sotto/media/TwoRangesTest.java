package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.worker.EngineUnderTest;

/**
 * Legs in two ranges of ports, one of IPv4 and one of IPv6, over real sockets.
 *
 * <pre>
 *  range   address      pairs
 *  0       127.0.0.2    2
 *  1       ::1          1
 * </pre>
 */
final class TwoRangesTest {
    private static final int FOUR = 0;
    private static final int SIX = 1;

    private final InetAddress four = InetAddress.ofLiteral("127.0.0.2");
    private final InetAddress six = InetAddress.ofLiteral("::1");
    private final int firstPort = 20_000 + 8 * ThreadLocalRandom.current().nextInt(1_200);
    private final MediaPlane plane = MediaPlane.start(new MediaSettings(
            List.of(new PortRange(four, firstPort, firstPort + 3), new PortRange(six, firstPort + 4, firstPort + 5)),
            1,
            1,
            Optional.empty(),
            0,
            EngineUnderTest.settings()));
    private final End caller = new End(four);
    private final End agent = new End(six);
    private final End other = new End(four);

    private int sequence = 100;

    TwoRangesTest() throws IOException {}

    /** A phone's socket. */
    private static final class End implements AutoCloseable {
        private final DatagramSocket socket;

        End(InetAddress at) throws IOException {
            socket = new DatagramSocket(new InetSocketAddress(at, 0));
            socket.setSoTimeout(2_000);
        }

        InetSocketAddress address() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        void send(InetAddress to, int port, byte[] datagram) throws IOException {
            socket.send(new DatagramPacket(datagram, datagram.length, to, port));
        }

        /** The next datagram. */
        DatagramPacket receive() throws IOException {
            DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
            socket.receive(packet);
            return packet;
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    @AfterEach
    void close() {
        plane.close();
        caller.close();
        agent.close();
        other.close();
    }

    private static byte[] payload(DatagramPacket packet) {
        return Rtp.read(Arrays.copyOf(packet.getData(), packet.getLength())).payload();
    }

    private void passes(End from, InetAddress into, int port, End to, InetAddress outOf) throws IOException {
        byte[] sent = Rtp.audio(sequence++, from.address().getPort());
        from.send(into, port, sent);
        DatagramPacket heard = to.receive();
        assertThat(payload(heard)).isEqualTo(Rtp.read(sent).payload());
        assertThat(heard.getAddress()).isEqualTo(outOf);
    }

    @Test
    void audioPassesBetweenBothFamilies() throws Exception {
        CallMedia call = plane.open("four to six", FOUR, SIX);
        assertThat(call.port(Side.CALLER)).isBetween(firstPort, firstPort + 3);
        assertThat(call.port(Side.AGENT)).isEqualTo(firstPort + 4);
        call.connect(Side.CALLER, FOUR, Bench.plain(caller.address()));
        call.connect(Side.AGENT, SIX, Bench.plain(agent.address()));
        passes(caller, four, call.port(Side.CALLER), agent, six);
        passes(agent, six, call.port(Side.AGENT), caller, four);
        call.close();
        Until.holds("ports are back", () -> plane.counters().portPairsInUse() == 0);
    }

    /** As after a failover or a transfer: what the side had before is given back, and hears nothing more. */
    @Test
    void aSideTurnsToAnotherRange() throws Exception {
        CallMedia call = plane.open("turns", FOUR, SIX);
        call.connect(Side.CALLER, FOUR, Bench.plain(caller.address()));
        call.connect(Side.AGENT, SIX, Bench.plain(agent.address()));
        passes(caller, four, call.port(Side.CALLER), agent, six);
        int standsBy = call.port(Side.AGENT, FOUR);
        assertThat(call.port(Side.AGENT, FOUR)).isEqualTo(standsBy);
        assertThat(call.port(Side.AGENT)).isEqualTo(firstPort + 4);
        passes(agent, six, call.port(Side.AGENT), caller, four); // until it is connected, nothing has changed
        other.send(four, standsBy, Rtp.audio(8, 0x2222));
        Until.holds(
                "a packet for who is not connected", () -> plane.counters().packets(Verdict.LEG_NOT_CONNECTED) == 1);

        call.connect(Side.AGENT, FOUR, Bench.plain(other.address()));
        passes(caller, four, call.port(Side.CALLER), other, four);
        passes(other, four, standsBy, caller, four);
        Until.holds("ports are back", () -> plane.counters().portPairsInUse(SIX) == 0);
        assertThat(plane.counters().portPairsInUse(FOUR)).isEqualTo(2);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> call.connect(Side.AGENT, SIX, Bench.plain(agent.address())));
        call.close();
        Until.holds("ports are back", () -> plane.counters().portPairsInUse() == 0);
    }

    @Test
    void aRangeIsUsedUpByItself() throws Exception {
        CallMedia first = plane.open("first", FOUR, SIX);
        assertThatExceptionOfType(NoFreePorts.class).isThrownBy(() -> plane.open("second", FOUR, SIX));
        assertThat(plane.counters().portPairsInUse(FOUR)).isEqualTo(1);
        assertThatExceptionOfType(NoFreePorts.class).isThrownBy(() -> first.port(Side.CALLER, SIX));
        assertThat(plane.counters().portPairs()).isEqualTo(3);
        first.close();
        Until.holds("ports are back", () -> plane.counters().portPairsInUse() == 0);
    }

    /** What stands by and was never connected goes back too, also where the call is over already. */
    @Test
    void whatStandsByIsGivenBack() throws Exception {
        CallMedia call = plane.open("ends", FOUR, FOUR);
        call.port(Side.AGENT, SIX);
        call.close();
        Until.holds("ports are back", () -> plane.counters().portPairsInUse() == 0);
        call.port(Side.AGENT, SIX);
        Until.holds("ports are back", () -> plane.counters().portPairsInUse() == 0);
    }
}
