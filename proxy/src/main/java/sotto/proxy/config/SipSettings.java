package sotto.proxy.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
        GuardSettings guard) {
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
