package sotto.media.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.net.PortPair;
import sotto.media.net.PortPool;
import sotto.media.packet.Verdict;

/** When a port of nio has its second socket, to the peer alone, and what waits while it turns to it. */
@Timeout(20)
final class NioPortTest {
    private final NioPacketIo io = new NioPacketIo(0);
    private final Heard heard = new Heard(io);
    private int port;

    @AfterEach
    void close() {
        io.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void thePeerHasASocketOfItsOwnAndStrangersDoNotGetToIt(String host) throws Exception {
        InetAddress address = InetAddress.getByName(host);
        NioPort local = open(address);
        InetSocketAddress at = new InetSocketAddress(address, port);
        try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(address, 0));
                DatagramSocket stranger = new DatagramSocket(new InetSocketAddress(address, 0))) {
            Heard.send(peer, at, 1); // waits in the older socket's queue
            Heard.send(stranger, at, 2);
            local.connect((InetSocketAddress) peer.getLocalSocketAddress());
            io.poll(1);
            heard.await(2);
            assertThat(local.isConnected()).isTrue();
            assertThat(heard.sources).containsExactly(peer.getLocalSocketAddress(), stranger.getLocalSocketAddress());

            Heard.send(peer, at, 3);
            heard.await(3);
            assertThat(heard.sources.getLast())
                    .as("by the socket that hears the peer alone")
                    .isNull();
            Heard.send(stranger, at, 4);
            heard.await(4);
            assertThat(heard.sources.getLast()).isEqualTo(stranger.getLocalSocketAddress());
            assertThat(heard.octets).containsExactly(1, 2, 3, 4);

            assertThat(local.send(0, 5)).isEqualTo(Verdict.NEXT);
            peer.setSoTimeout(2_000);
            DatagramPacket answer = new DatagramPacket(new byte[10], 10);
            peer.receive(answer);
            assertThat(answer.getSocketAddress()).isEqualTo(at);
        }
    }

    @Test
    void whatIsAimedElsewhereInTheSameRoundIsNotConnected() throws Exception {
        InetAddress address = InetAddress.getLoopbackAddress();
        NioPort local = open(address);
        local.connect(new InetSocketAddress(address, 9));
        local.aim(new InetSocketAddress(address, 10));
        io.poll(1);
        assertThat(local.isConnected()).isFalse();

        local.connect(new InetSocketAddress(address, 9));
        local.close();
        io.poll(1);
        assertThat(heard.faults).isEmpty();
    }

    private NioPort open(InetAddress address) {
        int first = 20_000 + 2 * new Random().nextInt(5_000);
        PortPair pair =
                new PortPool(address, first, first + 31, new Random()).take().orElseThrow();
        NioPort made = (NioPort) io.port(pair.rtp());
        io.add(made, heard);
        port = pair.port();
        return made;
    }
}
