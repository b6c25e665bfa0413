package sotto.proxy.e2e;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Loopback ports that nobody holds now. */
public final class FreePorts {
    private FreePorts() {}

    /**
     * Finds a run of ports free for UDP and TCP.
     *
     * @return the first, even
     */
    public static int run(int count) {
        for (int attempt = 0; attempt < 200; attempt++) {
            int first = 2 * ThreadLocalRandom.current().nextInt(10_500, 15_500); // below the ephemeral range
            if (allFree(first, count)) {
                return first;
            }
        }
        throw new IllegalStateException("no run of " + count + " free ports");
    }

    private static boolean allFree(int first, int count) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int port = first; port < first + count; port++) {
            try (DatagramSocket udp = new DatagramSocket(new InetSocketAddress(loopback, port));
                    ServerSocket tcp = new ServerSocket(port, 1, loopback)) {
                if (udp.getLocalPort() != port || tcp.getLocalPort() != port) {
                    return false;
                }
            } catch (IOException e) {
                return false; // somebody's
            }
        }
        return true;
    }
}
