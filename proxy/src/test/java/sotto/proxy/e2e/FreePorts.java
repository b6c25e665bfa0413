package sotto.proxy.e2e;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback ports that nobody holds now, and that nobody is given by chance before the test binds them: below the
 * kernel's ephemeral range, and each handed out once before any is handed out again. Thread-safe.
 */
public final class FreePorts {
    private static final int FIRST = 16_400; // above what the tests' SDP names as a peer's audio port
    private static final int END = 32_700;
    private static int next = FIRST + 2 * ThreadLocalRandom.current().nextInt((END - FIRST) / 2);

    private FreePorts() {}

    /** One, for UDP and TCP. */
    public static int one() {
        return run(1);
    }

    /**
     * Finds a run of ports free for UDP and TCP.
     *
     * @return the first, even
     */
    public static synchronized int run(int count) {
        for (int tried = 0; tried < END - FIRST; tried += count) {
            if (next + count > END) {
                next = FIRST;
            }
            int first = next;
            next += count + count % 2;
            if (areFree(first, count)) {
                return first;
            }
        }
        throw new IllegalStateException("no run of " + count + " free ports");
    }

    public static boolean areFree(int first, int count) {
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
