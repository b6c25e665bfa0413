package sotto.proxy.config;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import sotto.proxy.guard.GuardSettings;

/**
 * Where SIP listens, and its timers.
 *
 * @param bind local address
 * @param advertise address that peers are told, in Via, Contact and SDP; the bind address where empty
 * @param udpPort UDP port
 * @param tcpPort TCP port
 * @param tls TLS, where configured
 * @param answerTimeout an INVITE not answered for this long ends with 408
 * @param maxCalls calls above this get 503 with Retry-After
 * @param dnsServers asked for peers; those of this machine where empty
 * @param guard what sources that are no peers may do
 * @param webSockets SIP over WebSocket
 */
public record SipSettings(
        String bind,
        Optional<String> advertise,
        int udpPort,
        int tcpPort,
        Optional<Tls> tls,
        Duration answerTimeout,
        int maxCalls,
        List<InetSocketAddress> dnsServers,
        GuardSettings guard,
        WebSockets webSockets) {
    /** One without WebSocket. */
    public SipSettings(
            String bind,
            Optional<String> advertise,
            int udpPort,
            int tcpPort,
            Optional<Tls> tls,
            Duration answerTimeout,
            int maxCalls,
            List<InetSocketAddress> dnsServers,
            GuardSettings guard) {
        this(bind, advertise, udpPort, tcpPort, tls, answerTimeout, maxCalls, dnsServers, guard, WebSockets.OFF);
    }

    /** One that asks the name servers of this machine, without a guard. */
    public SipSettings(
            String bind,
            Optional<String> advertise,
            int udpPort,
            int tcpPort,
            Optional<Tls> tls,
            Duration answerTimeout,
            int maxCalls) {
        this(bind, advertise, udpPort, tcpPort, tls, answerTimeout, maxCalls, List.of(), GuardSettings.OFF);
    }

    /**
     * SIP over WebSocket (RFC 7118), as server only.
     *
     * @param port TCP port in clear, where there are no realms; none where empty
     * @param securePort the same over TLS
     * @param path of the URL that phones connect to
     * @param origins of the web pages whose scripts may connect, each as {@link #origin} has it
     * @param connections above so many on one port the next is closed at once
     */
    public record WebSockets(
            OptionalInt port, OptionalInt securePort, String path, Set<String> origins, int connections) {
        /** None, and where there are realms with some, what they have without keys. */
        public static final WebSockets OFF =
                new WebSockets(OptionalInt.empty(), OptionalInt.empty(), "/", Set.of(), 1000);

        public WebSockets {
            origins = Set.copyOf(origins);
        }

        /**
         * An origin in one spelling: scheme and host in small letters, no port where it is the scheme's own (RFC 6454 §6.1).
         *
         * @param text as a browser or a person wrote it
         * @return empty for what is none of http or https, such as the null of a file
         */
        public static Optional<String> origin(String text) {
            try {
                URI uri = new URI(text);
                String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
                boolean isPlain = scheme.equals("http");
                boolean isBare = uri.getRawPath() == null || uri.getRawPath().isEmpty();
                boolean isWeb = isPlain || scheme.equals("https");
                if (!isWeb
                        || uri.getHost() == null
                        || !isBare
                        || uri.getRawUserInfo() != null
                        || uri.getRawQuery() != null
                        || uri.getRawFragment() != null) {
                    return Optional.empty();
                }
                int usual = isPlain ? 80 : 443;
                boolean hasPort = uri.getPort() >= 0 && uri.getPort() != usual;
                return Optional.of(
                        scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + (hasPort ? ":" + uri.getPort() : ""));
            } catch (URISyntaxException e) {
                return Optional.empty();
            }
        }
    }

    /**
     * TLS, both as server and as client.
     *
     * @param port TLS port
     * @param keyStore PKCS #12 with our certificate
     * @param passwordFile file whose first line opens both stores
     * @param trustStore PKCS #12 with the authorities that peers' certificates must chain to
     * @param requireClientCertificate whether inbound connections must show one
     */
    public record Tls(int port, Path keyStore, Path passwordFile, Path trustStore, boolean requireClientCertificate) {}
}
