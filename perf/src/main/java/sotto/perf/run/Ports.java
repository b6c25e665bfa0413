package sotto.perf.run;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.ThreadLocalRandom;

/** Ports and sockets of this machine, on loopback. Stateless. */
public final class Ports {
    /** The first that a program under test may have for media. */
    static final int FIRST_MEDIA = 21_000;

    private static final int LOWEST = 10_000;
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    private Ports() {}

    /** A nonblocking socket on a free port, with room for what comes while its thread is elsewhere. */
    public static DatagramChannel open() throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        channel.configureBlocking(false);
        return channel;
    }

    /** One that is free for UDP and TCP, and that the kernel gives nobody by itself; nor is it a call's. */
    public static int free() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, FIRST_MEDIA);
            try (DatagramSocket udp = new DatagramSocket(port, InetAddress.getLoopbackAddress());
                    ServerSocket tcp = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                if (udp.isBound() && tcp.isBound()) {
                    return port;
                }
            } catch (BindException taken) {
                // the next may be free
            }
        }
    }
}
