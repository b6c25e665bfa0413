package sotto.media.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.net.MediaPort;
import sotto.media.net.PortPool;
import sotto.media.packet.Verdict;

/**
 * What only io_uring can get wrong: buffers that the kernel owns, requests that complete later than asked, and sockets that
 * nobody but the ring holds.
 */
@Timeout(20)
@ParameterizedClass(name = "{0} sockets are the ring''s alone")
@ValueSource(ints = {0, 1, 64})
final class UringPacketIoTest {
    private static final int BUFFERS = 8;
    private static final int MANY = 20;
    private static final int QUEUED = 100; // fits a socket's queue

    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private final int heldSockets;
    private UringPacketIo io;
    private DatagramSocket peer;
    private InetSocketAddress peerAddress;

    UringPacketIoTest(int heldSockets) {
        this.heldSockets = heldSockets;
    }

    @BeforeEach
    void open() throws IOException {
        EngineUnderTest.assumeUring();
        io = new UringPacketIo(0, 0, BUFFERS, heldSockets);
        peer = new DatagramSocket(new InetSocketAddress(loopback, 0));
        peer.setReceiveBufferSize(1 << 20);
        peer.setSoTimeout(2_000);
        peerAddress = (InetSocketAddress) peer.getLocalSocketAddress();
    }

    @AfterEach
    void close() {
        if (io != null) {
            io.close();
            peer.close();
        }
    }

    /** All that wait in the socket come, in order, though there is room for a few only: each ends the receive. */
    @Test
    void whereBuffersRunOutNothingIsLost() throws Exception {
        Port local = new Port();
        for (int i = 0; i < QUEUED; i++) {
            local.send(i);
        }
        poll(() -> local.octets.size() == QUEUED);
        assertThat(local.octets).isEqualTo(upTo(QUEUED));
    }

    /** The same where each is sent on from the buffer that it lies in, which is not given back before. */
    @Test
    void whatIsSentFromABufferIsNotOverwrittenByTheNext() throws Exception {
        Port local = new Port();
        local.port.aim(peerAddress);
        local.echoes = true;
        for (int i = 0; i < QUEUED; i++) {
            local.send(i);
        }
        poll(() -> local.octets.size() == QUEUED);
        turn();
        for (int i = 0; i < QUEUED; i++) {
            DatagramPacket echo = new DatagramPacket(new byte[200], 200);
            peer.receive(echo);
            assertThat(echo.getData()[0]).isEqualTo((byte) i);
        }
        assertThat(local.refusals).isZero();
    }

    @Test
    void aFloodOfOnePortDoesNotStarveAnother() throws Exception {
        Port flooded = new Port();
        Port other = new Port();
        turn();
        for (int i = 0; i < QUEUED; i++) {
            flooded.send(i);
        }
        other.send(1);
        poll(() -> !other.octets.isEmpty());
        assertThat(flooded.octets.size()).as("handed out before").isLessThan(QUEUED);
    }

    @Test
    void memoryHoldsNothingOfAPacketThatIsDoneWith() throws Exception {
        Port local = new Port();
        local.port.aim(peerAddress);
        for (int i = 1; i <= 20; i++) {
            local.echoes = i % 2 == 0;
            local.send(i);
            int heard = i;
            poll(() -> local.octets.size() == heard);
        }
        Arrays.asList(1, 2, 3).forEach(i -> {
            io.memory().set(ValueLayout.JAVA_BYTE, io.ownSlot() + 100, (byte) 0x5A);
            assertThat(local.port.send(io.ownSlot(), 172)).isEqualTo(Verdict.NEXT);
        });
        turn();
        assertThat(io.memory().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
    }

    @Test
    void aPacketInHandIsWipedAtOnceUnlessItIsOnItsWay() throws Exception {
        Port local = new Port();
        local.wipes = true;
        local.send(9);
        poll(() -> local.octets.size() == 1);
        assertThat(local.octetAfterWipe).isZero();
    }

    /** Nothing is sent before the next poll, so all of our own slots can be on their way. */
    @Test
    void whereOurOwnSlotsRunOutIsRefusedAndTheyComeBack() throws Exception {
        Port local = new Port();
        local.port.aim(peerAddress);
        Map<Verdict, Integer> verdicts = new HashMap<>();
        for (int i = 0; i < UringSlots.OWN + 10; i++) {
            verdicts.merge(local.port.send(io.ownSlot(), 20), 1, Integer::sum);
        }
        assertThat(verdicts).containsOnly(Map.entry(Verdict.NEXT, UringSlots.OWN), Map.entry(Verdict.SEND_REFUSED, 10));
        turn();
        assertThat(local.port.send(io.ownSlot(), 20)).isEqualTo(Verdict.NEXT);
    }

    /** As to a network that there is no route to; here, to a port that no datagram can be for. */
    @Test
    void aSendThatFailsLaterIsToldLater() throws Exception {
        Port local = new Port();
        local.port.aim(new InetSocketAddress(loopback, 0));
        assertThat(local.port.send(io.ownSlot(), 20)).isEqualTo(Verdict.NEXT);
        poll(() -> local.refusals == 1);
        local.send(3);
        poll(() -> local.octets.size() == 1);
    }

    /** Datagrams and failed sends of a port that is gone are not those of the port that has its place. */
    @Test
    void whatIsLateForAPortThatIsGoneReachesNobody() throws Exception {
        Port gone = new Port();
        turn();
        gone.send(1);
        gone.port.aim(new InetSocketAddress(loopback, 0));
        assertThat(gone.port.send(io.ownSlot(), 20)).isEqualTo(Verdict.NEXT);
        io.remove(gone.port);
        Port next = new Port();
        turn();
        next.send(2);
        poll(() -> !next.octets.isEmpty());
        assertThat(next.octets).containsExactly(2);
        assertThat(next.refusals).isZero();
        assertThat(gone.octets).isEmpty();
        assertThat(gone.refusals).isZero();
    }

    @Test
    void asksNothingOfTheKernelAfterItsEnd() throws Exception {
        Port local = new Port();
        local.port.aim(peerAddress);
        turn();
        io.close();
        assertThat(local.channel.isOpen()).isFalse();
        assertThat(local.port.send(io.ownSlot(), 20)).isNotEqualTo(Verdict.NEXT);
        io.remove(local.port);
        io.wipe();
        io.wakeup();
        assertThatThrownBy(() -> io.poll(1)).isInstanceOf(IllegalStateException.class);
        try (DatagramChannel again = PortPool.open(loopback)) {
            again.bind(local.address); // exclusively: nothing of the old socket is left
            assertThat(again.isOpen()).isTrue();
        }
    }

    @Test
    void aSocketThatTheRingHoldsTakesNoDescriptorAndIsReallyClosed() throws Exception {
        long before = descriptors();
        List<Port> held = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            held.add(new Port());
        }
        assertThat(descriptors() - before).isEqualTo(Math.max(0, MANY - heldSockets));
        for (int round = 0; round < 3; round++) {
            Port last = held.removeLast();
            io.remove(last.port);
            io.poll(1);
            try (DatagramChannel again = PortPool.open(loopback)) {
                again.bind(last.address); // exclusively
            }
            held.add(new Port()); // in the place that is free again
        }
        held.forEach(port -> assertThatCode(() -> port.send(7)).doesNotThrowAnyException());
        poll(() -> held.stream().allMatch(port -> port.octets.size() == 1));
        assertThat(descriptors() - before).isEqualTo(Math.max(0, MANY - heldSockets));
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.map(UringPacketIoTest::target)
                    .filter(target -> target.startsWith("socket:"))
                    .count();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private void poll(java.util.function.BooleanSupplier until) {
        for (int i = 0; !until.getAsBoolean(); i++) {
            assertThat(i).as("rounds").isLessThan(500);
            io.poll(10);
        }
    }

    private void turn() {
        io.wakeup();
        io.poll(1);
    }

    private static List<Integer> upTo(int count) {
        return java.util.stream.IntStream.range(0, count).boxed().toList();
    }

    private final class Port implements PacketIo.Receiver {
        final DatagramChannel channel;
        final InetSocketAddress address;
        final MediaPort port;
        final List<Integer> octets = new ArrayList<>();
        int refusals;
        boolean echoes;
        boolean wipes;
        int octetAfterWipe = -1;

        Port() throws IOException {
            channel = PortPool.open(loopback).bind(new InetSocketAddress(loopback, 0));
            address = (InetSocketAddress) channel.getLocalAddress();
            port = io.port(channel);
            io.add(port, this);
        }

        void send(int octet) throws IOException {
            byte[] datagram = new byte[172];
            Arrays.fill(datagram, (byte) octet);
            peer.send(new DatagramPacket(datagram, datagram.length, address));
        }

        @Override
        public void received(int offset, int lengthBytes, @Nullable InetSocketAddress source) {
            octets.add((int) io.memory().get(ValueLayout.JAVA_BYTE, offset));
            if (echoes) {
                assertThat(port.send(offset, lengthBytes)).isEqualTo(Verdict.NEXT);
            }
            if (wipes) {
                io.wipe();
                octetAfterWipe = io.memory().get(ValueLayout.JAVA_BYTE, offset + lengthBytes - 1);
            }
        }

        @Override
        public void refused() {
            refusals++;
        }

        @Override
        public void failed(Throwable cause) {
            throw new AssertionError(cause);
        }
    }
}
