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
 */
public record SipDestination(
        String user, String host, OptionalInt port, SipTransport transport, Optional<InetSocketAddress> hop) {
    /** One whose host and port are as the URI has them. */
    public SipDestination(String user, String host, int port, SipTransport transport) {
        this(user, host, OptionalInt.of(port), transport, Optional.empty());
    }

    /** One that name servers told where to find. */
    public static SipDestination through(String user, String host, SipTransport transport, InetSocketAddress hop) {
        return new SipDestination(user, host, OptionalInt.empty(), transport, Optional.of(hop));
    }
}
