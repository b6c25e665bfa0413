package sotto.proxy.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * A message that is sent again until it is answered: after T1, then after twice as long each time (RFC 3261 §17.1.1.2).
 * Guarded by its user agent.
 */
final class Resend {
    private static final long T1_NS = 500_000_000L;
    private static final long T2_NS = 8 * T1_NS;

    private final ByteBuffer octets;
    private final InetSocketAddress to;
    private final boolean atMostT2;
    private final long givenUpNs = System.nanoTime() + 64 * T1_NS; // timers B, F and H
    private long intervalNs = T1_NS;
    private long dueNs = System.nanoTime() + T1_NS;

    /**
     * @param atMostT2 whether the interval stops at T2: requests other than INVITE (§17.1.2.2), and 2xx (§13.3.1.4)
     */
    Resend(SipMessage message, InetSocketAddress to, boolean atMostT2) {
        this.octets = ByteBuffer.wrap(message.encode());
        this.to = to;
        this.atMostT2 = atMostT2;
    }

    long dueNs() {
        return dueNs;
    }

    void send(DatagramChannel socket) throws IOException {
        socket.send(octets.duplicate(), to);
    }

    /** Sends again where it is time to; false once it is time to give up. */
    boolean again(DatagramChannel socket, long nowNs) throws IOException {
        if (nowNs - givenUpNs >= 0) {
            return false;
        }
        if (nowNs - dueNs >= 0) {
            send(socket);
            intervalNs = atMostT2 ? Math.min(2 * intervalNs, T2_NS) : 2 * intervalNs;
            dueNs = nowNs + intervalNs;
        }
        return true;
    }
}
