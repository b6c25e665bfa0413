package sotto.proxy.sip.tls;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/**
 * Whom TLS connections are with, by the certificates that were shown. Thread-safe.
 *
 * <p>Names are those of subjectAltName only: host names, addresses, and SIP domains as URIs (RFC 5922 §7.1, RFC 9525 §2).
 * The common name and wildcards do not count.
 */
public final class TlsPeers {
    private static final int DNS_NAME = 2; // RFC 5280 §4.2.1.6
    private static final int URI_NAME = 6;
    private static final int IP_ADDRESS = 7;
    private static final String SIP = "sip:";

    private final Map<SocketAddress, SSLSocket> open = new ConcurrentHashMap<>();

    /** A connection of either direction; forgotten at the next one after its end. */
    public void opened(SSLSocket socket) {
        open.values().removeIf(Socket::isClosed);
        open.put(socket.getRemoteSocketAddress(), socket);
    }

    /**
     * Names in the certificate that came from there, which was verified before anything else was read.
     *
     * @return empty where none was shown
     */
    public Set<String> names(InetAddress address, int port) {
        SSLSocket socket = open.get(new InetSocketAddress(address, port));
        try {
            if (socket != null && !socket.isClosed() && certificate(socket) instanceof X509Certificate certificate) {
                return names(certificate);
            }
        } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
            return Set.of(); // it showed none
        }
        return Set.of();
    }

    private static Certificate certificate(SSLSocket socket) throws SSLPeerUnverifiedException {
        return socket.getSession().getPeerCertificates()[0]; // its own comes first
    }

    /** Names in a certificate, in one spelling. */
    static Set<String> names(X509Certificate certificate) throws CertificateParsingException {
        Set<String> names = new HashSet<>();
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                String name = alternative.get(1).toString();
                int kind = (Integer) alternative.get(0);
                if (kind == DNS_NAME || kind == IP_ADDRESS) {
                    names.add(canonical(name));
                } else if (kind == URI_NAME && name.startsWith(SIP)) {
                    names.add(canonical(name.substring(SIP.length())));
                }
            }
        }
        return names;
    }

    /** Addresses in one spelling, names in lower case; no name is looked up. */
    static String canonical(String name) {
        boolean isAddress = name.indexOf(':') >= 0 || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        if (isAddress) {
            try {
                return InetAddress.getByName(name).getHostAddress();
            } catch (UnknownHostException e) {
                return name; // matches only itself
            }
        }
        return name.toLowerCase(Locale.ROOT);
    }
}
