package sotto.proxy.realm;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One network: where we listen there, and what we call ourselves there. Immutable.
 *
 * @param name for peers, logs and metrics
 */
public record Realm(String name, Signalling sip, Audio audio) {
    /** Name of the one that there is where the file names none. */
    public static final String DEFAULT = "default";

    /**
     * Where SIP is.
     *
     * @param bind local address, in digits
     * @param advertise what peers are told, an address or a host name; the bind address where empty
     * @param tlsPort TCP port of TLS; no TLS where empty
     * @param wsPort TCP port of SIP over WebSocket (RFC 7118) in clear; none where empty
     * @param wssPort the same over TLS
     */
    public record Signalling(
            String bind,
            Optional<String> advertise,
            int udpPort,
            int tcpPort,
            OptionalInt tlsPort,
            OptionalInt wsPort,
            OptionalInt wssPort) {
        /** One without WebSocket. */
        public Signalling(String bind, Optional<String> advertise, int udpPort, int tcpPort, OptionalInt tlsPort) {
            this(bind, advertise, udpPort, tcpPort, tlsPort, OptionalInt.empty(), OptionalInt.empty());
        }
    }

    /**
     * Where RTP is.
     *
     * @param bind local address, in digits
     * @param advertise address that peers are told, in digits; that of SIP where empty
     * @param firstPort first RTP port, even
     * @param lastPort last port, odd
     */
    public record Audio(String bind, Optional<String> advertise, int firstPort, int lastPort) {}

    /** Ours in Via, Contact and From. */
    public String host() {
        return sip.advertise().orElse(sip.bind());
    }

    /** The same as URIs have it: an IPv6 address is in brackets (RFC 3261 §25.1, IPv6reference). */
    public String uriHost() {
        return host().contains(":") ? "[" + host() + "]" : host();
    }

    /** Ours in SDP, an address or a host name. */
    String audioHost() {
        String local = isWildcard(audio.bind()) ? sip.bind() : audio.bind();
        return audio.advertise().or(sip::advertise).orElse(local);
    }

    /**
     * Ours in SDP. Of a host name, an address of the IP version that RTP is bound to, where it has one.
     *
     * @throws UnknownHostException where it is a name that is nobody's
     */
    public InetAddress audioAddress() throws UnknownHostException {
        InetAddress[] all = InetAddress.getAllByName(audioHost());
        return Arrays.stream(all)
                .filter(address ->
                        isWildcard(audio.bind()) || isSameVersion(address, InetAddress.ofLiteral(audio.bind())))
                .findFirst()
                .orElse(all[0]);
    }

    /** True for an address of the IP version that SIP is bound to: one of the other cannot be sent to. */
    public boolean reaches(InetAddress peer) {
        return isSameVersion(peer, InetAddress.ofLiteral(sip.bind()));
    }

    static boolean isSameVersion(InetAddress one, InetAddress other) {
        return (one instanceof Inet6Address) == (other instanceof Inet6Address);
    }

    static boolean isWildcard(String bind) {
        return InetAddress.ofLiteral(bind).isAnyLocalAddress();
    }
}
