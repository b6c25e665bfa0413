package sotto.proxy.guard;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;

/** Takes datagrams on its reader's thread, which never sees those that the guard turns away. */
public final class GuardedSocket extends DatagramSocket {
    private final SourceGuard guard;

    public GuardedSocket(int port, InetAddress address, SourceGuard guard) throws SocketException {
        super(port, address);
        this.guard = guard;
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        do {
            super.receive(packet);
        } while (!guard.admits(packet.getAddress(), System.nanoTime()));
    }
}
