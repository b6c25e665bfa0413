package sotto.proxy.sip;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a new dialog goes.
 *
 * @param host name or address
 * @param user user part of the request URI; may be empty
 * @param port in the request URI; empty where name servers told it (RFC 3263 §4)
 * @param hop where requests go until the peer has told its Contact; the host and port where empty
 * @param isSecure whether its URI is sips
 * @param realm name of the one that it is in
 */
public record SipDestination(
        String user,
        String host,
        OptionalInt port,
        SipTransport transport,
        Optional<InetSocketAddress> hop,
        boolean isSecure,
        String realm) {
    /** One whose host and port are as the URI has them. */
    public SipDestination(String user, String host, int port, SipTransport transport, String realm) {
        this(user, host, OptionalInt.of(port), transport, Optional.empty(), false, realm);
    }

    /** One that name servers told where to find. */
    public static SipDestination through(
            String user, String host, SipTransport transport, InetSocketAddress hop, String realm) {
        return new SipDestination(user, host, OptionalInt.empty(), transport, Optional.of(hop), false, realm);
    }

    /**
     * The same, by a sips URI where that is asked for (RFC 3261 §26.2.2).
     *
     * @throws IllegalStateException where it is, and this is not over TLS
     */
    public SipDestination secure(boolean asked) {
        if (asked && !transport.isSecure()) {
            throw new IllegalStateException("a sips URI goes over TLS only");
        }
        return new SipDestination(user, host, port, transport, hop, asked, realm);
    }
}
