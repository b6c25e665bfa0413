package sotto.proxy.sip.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom TLS is spoken with: a certificate must chain to the trust store, and name one of the configured peers. Thread-safe.
 *
 * <p>The stack never compares host names, so it is done here, as {@link TlsPeers} reads them.
 */
public final class PeerCertificates extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager chains;
    private final Set<String> names;

    /** @param names host names and addresses of the peers */
    public PeerCertificates(X509ExtendedTrustManager chains, Set<String> names) {
        this.chains = chains;
        this.names = Set.copyOf(names.stream().map(TlsPeers::canonical).toList());
    }

    private void checkName(X509Certificate[] chain) throws CertificateException {
        if (Collections.disjoint(TlsPeers.names(chain[0]), names)) {
            throw new CertificateException("the certificate names none of the configured peers " + names);
        }
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
