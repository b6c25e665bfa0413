package sotto.media.net;

import java.nio.channels.DatagramChannel;

/**
 * One even port for RTP and the odd one above it for RTCP (RFC 3550 §11), bound. Owned by whoever took it from the pool;
 * its sockets are really closed before it is given back.
 *
 * @param pool where it was taken from
 * @param index place in the pool
 * @param port RTP port
 * @param rtp bound, nonblocking, not connected
 * @param rtcp the same, one port higher
 */
public record PortPair(PortPool pool, int index, int port, DatagramChannel rtp, DatagramChannel rtcp) {
    /** Gives it back to its pool; its sockets are closed already. */
    public void free() {
        pool.free(this);
    }

    /** Closes one that no worker has seen, and frees it. */
    public void giveBack() {
        pool.giveBack(this);
    }
}
