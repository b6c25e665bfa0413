package sotto.media.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.net.MediaPort;
import sotto.media.net.PortPool;
import sotto.media.packet.Verdict;

/** What a port hears of whom, and where it sends, seen from where a datagram is said to come from. */
@Timeout(20)
final class MediaPortTest {
    private final PacketIo io = EngineUnderTest.open();
    private final Heard heard = new Heard(io);
    private int port;

    @AfterEach
    void close() {
        io.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void thePeerIsHeardApartAndStrangersAreNotTakenForIt(String host) throws Exception {
        InetAddress address = InetAddress.getByName(host);
        MediaPort local = open(address);
        InetSocketAddress at = new InetSocketAddress(address, port);
        try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(address, 0));
                DatagramSocket stranger = new DatagramSocket(new InetSocketAddress(address, 0))) {
            Heard.send(peer, at, 1);
            Heard.send(stranger, at, 2);
            heard.await(2);
            assertThat(heard.sources).containsExactly(peer.getLocalSocketAddress(), stranger.getLocalSocketAddress());
            local.connect((InetSocketAddress) peer.getLocalSocketAddress());
            io.wakeup();
            io.poll(1);

            Heard.send(peer, at, 3);
            heard.await(3);
            assertThat(heard.sources.getLast()).as("the peer's alone").isNull();
            Heard.send(stranger, at, 4);
            heard.await(4);
            assertThat(heard.sources.getLast()).isEqualTo(stranger.getLocalSocketAddress());
            assertThat(heard.octets).containsExactly(1, 2, 3, 4);

            sendsFromThere(local, peer, at);
            local.reply(io.ownSlot(), 5, (InetSocketAddress) stranger.getLocalSocketAddress());
            assertThat(receives(stranger, 2_000)).isEqualTo(at);
        }
    }

    @Test
    void aPeerThatMovesIsHeardWhereItIsAndNotWhereItWas() throws Exception {
        InetAddress address = InetAddress.getLoopbackAddress();
        MediaPort local = open(address);
        InetSocketAddress at = new InetSocketAddress(address, port);
        try (DatagramSocket first = new DatagramSocket(new InetSocketAddress(address, 0));
                DatagramSocket second = new DatagramSocket(new InetSocketAddress(address, 0))) {
            local.connect((InetSocketAddress) first.getLocalSocketAddress());
            turn();
            local.connect((InetSocketAddress) second.getLocalSocketAddress());
            turn();
            Heard.send(second, at, 1);
            heard.await(1);
            Heard.send(first, at, 2);
            heard.await(2);
            assertThat(heard.sources).containsExactly(null, first.getLocalSocketAddress());
            sendsFromThere(local, second, at);

            local.aim((InetSocketAddress) first.getLocalSocketAddress());
            turn();
            Heard.send(second, at, 3);
            heard.await(3);
            assertThat(heard.sources.getLast()).isEqualTo(second.getLocalSocketAddress());
            sendsFromThere(local, first, at);
        }
    }

    @Test
    void silenceSendsNowhereAndHearsEverybody() throws Exception {
        InetAddress address = InetAddress.getLoopbackAddress();
        MediaPort local = open(address);
        InetSocketAddress at = new InetSocketAddress(address, port);
        assertThat(local.send(io.ownSlot(), 5)).isEqualTo(Verdict.LEG_NOT_CONNECTED);
        try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(address, 0))) {
            local.connect((InetSocketAddress) peer.getLocalSocketAddress());
            turn();
            local.silence();
            turn();
            assertThat(local.send(io.ownSlot(), 5)).isEqualTo(Verdict.LEG_NOT_CONNECTED);
            Heard.send(peer, at, 1);
            heard.await(1);
            assertThat(heard.sources).containsExactly(peer.getLocalSocketAddress());
        }
    }

    @Test
    void whatWasSentBeforeThePeerMovedGoesToWhereItWas() throws Exception {
        InetAddress address = InetAddress.getLoopbackAddress();
        MediaPort local = open(address);
        try (DatagramSocket first = new DatagramSocket(new InetSocketAddress(address, 0));
                DatagramSocket second = new DatagramSocket(new InetSocketAddress(address, 0))) {
            local.aim((InetSocketAddress) first.getLocalSocketAddress());
            assertThat(local.send(io.ownSlot(), 5)).isEqualTo(Verdict.NEXT);
            local.aim((InetSocketAddress) second.getLocalSocketAddress());
            turn();
            assertThat(receives(first, 2_000)).isNotNull();
            assertThat(receives(second, 50)).isNull();
        }
    }

    /** One that is longer than its slot fills it, so that whoever takes it can tell. */
    @Test
    void aDatagramThatIsCutOffFillsItsSlot() throws Exception {
        InetAddress address = InetAddress.getLoopbackAddress();
        open(address);
        InetSocketAddress at = new InetSocketAddress(address, port);
        try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(address, 0))) {
            for (int length : new int[] {PacketIo.SLOT_BYTES - 1, PacketIo.SLOT_BYTES, PacketIo.SLOT_BYTES + 500, 1}) {
                byte[] datagram = new byte[length];
                datagram[0] = 7;
                peer.send(new DatagramPacket(datagram, length, at));
            }
            heard.await(4);
            assertThat(heard.lengths)
                    .containsExactly(PacketIo.SLOT_BYTES - 1, PacketIo.SLOT_BYTES, PacketIo.SLOT_BYTES, 1);
        }
    }

    @Test
    void anEmptyDatagramDoesNotEndIt() throws Exception {
        InetAddress address = InetAddress.getLoopbackAddress();
        open(address);
        InetSocketAddress at = new InetSocketAddress(address, port);
        try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(address, 0))) {
            for (int i = 0; i < 3; i++) {
                peer.send(new DatagramPacket(new byte[0], 0, at));
                Heard.send(peer, at, 1);
            }
            for (int i = 0; heard.lengths.stream().filter(length -> length == 1).count() < 3; i++) {
                assertThat(i).isLessThan(200);
                io.poll(10);
            }
        }
    }

    @Test
    void whatIsAimedElsewhereOrRemovedInTheSameRoundIsNoFault() throws Exception {
        InetAddress address = InetAddress.getLoopbackAddress();
        MediaPort local = open(address);
        local.connect(new InetSocketAddress(address, 9));
        local.aim(new InetSocketAddress(address, 10));
        turn();
        local.connect(new InetSocketAddress(address, 9));
        io.remove(local);
        turn();
        assertThat(heard.faults).isEmpty();
    }

    /** Exclusively, as the pool binds: a socket that is left anywhere would refuse it. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void aPortThatIsRemovedCanBeBoundAgainAfterTheNextPoll(String host) throws Exception {
        InetAddress address = InetAddress.getByName(host);
        io.remove(open(address));
        turn();
        for (int round = 0; round < 50; round++) {
            DatagramChannel again = PortPool.open(address).bind(new InetSocketAddress(address, port));
            MediaPort local = io.port(again);
            io.add(local, heard);
            try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(address, 0))) {
                Heard.send(peer, new InetSocketAddress(address, port), round);
                if (round % 2 == 0) { // else it lies in the socket as that is closed
                    heard.await(heard.octets.size() + 1);
                    assertThat(heard.octets.getLast()).isEqualTo(round);
                }
            }
            io.remove(local);
            turn();
        }
        assertThat(heard.faults).isEmpty();
    }

    @Test
    void aPortThatIsRemovedBeforeItHeardAnythingIsClosed() throws Exception {
        InetAddress address = InetAddress.getLoopbackAddress();
        DatagramChannel channel = PortPool.open(address).bind(new InetSocketAddress(address, 0));
        io.remove(io.port(channel));
        turn();
        assertThat(channel.isOpen()).isFalse();
    }

    private void sendsFromThere(MediaPort local, DatagramSocket to, InetSocketAddress at) throws Exception {
        assertThat(local.send(io.ownSlot(), 5)).isEqualTo(Verdict.NEXT);
        assertThat(receives(to, 2_000)).isEqualTo(at);
    }

    /** Where the next one came from; null where there is none. */
    private @Nullable SocketAddress receives(DatagramSocket at, int withinMs) throws Exception {
        turn(); // what was sent in a round goes out with the next one
        at.setSoTimeout(withinMs);
        DatagramPacket answer = new DatagramPacket(new byte[10], 10);
        try {
            at.receive(answer);
            return answer.getSocketAddress();
        } catch (SocketTimeoutException e) {
            return null;
        }
    }

    private void turn() {
        io.wakeup();
        io.poll(1);
    }

    private MediaPort open(InetAddress address) throws IOException {
        DatagramChannel channel = PortPool.open(address).bind(new InetSocketAddress(address, 0));
        port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
        MediaPort made = io.port(channel);
        io.add(made, heard);
        return made;
    }
}
