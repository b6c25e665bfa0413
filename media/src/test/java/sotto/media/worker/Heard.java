package sotto.media.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came at one port, datagram by datagram; each is told by its first octet. One thread. */
final class Heard implements PacketIo.Receiver {
    final List<Integer> octets = new ArrayList<>();
    final List<Integer> lengths = new ArrayList<>();
    final List<@Nullable SocketAddress> sources = new ArrayList<>();
    final List<Throwable> faults = new ArrayList<>();
    private final PacketIo io;

    Heard(PacketIo io) {
        this.io = io;
    }

    static void send(DatagramSocket from, InetSocketAddress to, int octet) throws IOException {
        from.send(new DatagramPacket(new byte[] {(byte) octet}, 1, to));
    }

    /** Polls until so many came. */
    void await(int datagrams) {
        for (int i = 0; octets.size() < datagrams; i++) {
            assertThat(i).as("rounds until datagram " + datagrams).isLessThan(200);
            io.poll(10);
        }
    }

    @Override
    public void received(int offset, int lengthBytes, @Nullable InetSocketAddress source) {
        octets.add((int) io.memory().get(ValueLayout.JAVA_BYTE, offset));
        lengths.add(lengthBytes);
        sources.add(source);
    }

    @Override
    public void refused() {
        throw new AssertionError("refused");
    }

    @Override
    public void failed(Throwable cause) {
        faults.add(cause);
    }
}
