package sotto.proxy.sip;

import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom TLS is spoken with: a certificate must chain to the trust store, and name one of the configured peers. Thread-safe.
 *
 * <p>The stack never compares host names, so it is done here, against subjectAltName only (RFC 5922 §7.1, RFC 9525 §2).
 * The common name and wildcards do not count.
 */
final class PeerCertificates extends X509ExtendedTrustManager {
    private static final int DNS_NAME = 2; // RFC 5280 §4.2.1.6
    private static final int URI_NAME = 6;
    private static final int IP_ADDRESS = 7;

    private final X509ExtendedTrustManager chains;
    private final Set<String> names;

    /** @param names host names and addresses of the peers */
    PeerCertificates(X509ExtendedTrustManager chains, Set<String> names) {
        this.chains = chains;
        this.names = Set.copyOf(names.stream().map(PeerCertificates::canonical).toList());
    }

    private void checkName(X509Certificate[] chain) throws CertificateException {
        Collection<List<?>> alternatives = chain[0].getSubjectAlternativeNames();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                if (named((Integer) alternative.get(0), alternative.get(1))) {
                    return;
                }
            }
        }
        throw new CertificateException("the certificate names none of the configured peers " + names);
    }

    private boolean named(int kind, Object value) {
        String name = value.toString();
        return switch (kind) {
            case DNS_NAME, IP_ADDRESS -> names.contains(canonical(name));
            case URI_NAME -> name.startsWith("sip:") && names.contains(canonical(name.substring("sip:".length())));
            default -> false;
        };
    }

    /** Addresses in one spelling, names in lower case; no name is looked up. */
    private static String canonical(String name) {
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

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        chains.checkClientTrusted(chain, type, socket);
        checkName(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        chains.checkServerTrusted(chain, type, socket);
        checkName(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        chains.checkClientTrusted(chain, type, engine);
        checkName(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        chains.checkServerTrusted(chain, type, engine);
        checkName(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        chains.checkClientTrusted(chain, type);
        checkName(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        chains.checkServerTrusted(chain, type);
        checkName(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chains.getAcceptedIssuers();
    }
}
