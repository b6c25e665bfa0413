package sotto.media.net;

import java.net.InetSocketAddress;
import sotto.media.packet.Verdict;

/** One local UDP port of a leg, whichever engine runs it. Belongs to the worker that owns the leg. */
public interface MediaPort {
    /**
     * Sends a datagram to the peer.
     *
     * @param offset its first octet in the worker's packet memory
     * @param lengthBytes its length
     * @return {@link Verdict#NEXT}, or {@link Verdict#SEND_REFUSED}
     */
    Verdict send(int offset, int lengthBytes);

    /**
     * Sends one datagram to whoever asked, peer or not, from this port.
     *
     * @param to resolved
     */
    void reply(int offset, int lengthBytes, InetSocketAddress to);

    /** Sends nowhere until it is aimed or connected again, and listens to everybody. */
    void silence();

    /**
     * Sends to this address from now on, and still listens to everybody.
     *
     * @param peer resolved
     */
    void aim(InetSocketAddress peer);

    /**
     * Sends to this address from now on, and hears it on a socket of its own, so that strangers cost it nothing. Where
     * the platform cannot give that socket, as {@link #aim}.
     *
     * @param peer resolved; has authenticated, or is the one that SDP names
     */
    void connect(InetSocketAddress peer);
}
