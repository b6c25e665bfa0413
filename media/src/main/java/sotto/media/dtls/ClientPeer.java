package sotto.media.dtls;

import java.io.IOException;
import java.util.Hashtable;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatusRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.jspecify.annotations.Nullable;

/** The active side of a DTLS-SRTP handshake (RFC 5764 §4.1). Belongs to the thread of one association. */
@SuppressWarnings({"rawtypes", "JdkObsolete"}) // extensions are a bare Hashtable in Bouncy Castle
final class ClientPeer extends DefaultTlsClient implements TlsAuthentication {
    /** With forward secrecy and AEAD (RFC 8827 §6.5). */
    private static final int[] SUITES = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
    };

    private final Terms terms;

    ClientPeer(Terms terms) {
        super(Terms.crypto());
        this.terms = terms;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return SUITES.clone();
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return terms.handshakeMs();
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return Terms.RESEND_MS;
    }

    @Override
    public boolean requiresExtendedMasterSecret() {
        return true; // RFC 7627: the keys are of this handshake and no other
    }

    @Override
    protected @Nullable CertificateStatusRequest getCertificateStatusRequest() {
        return null; // nobody vouches for a self-signed certificate but its fingerprint
    }

    @Override
    public Hashtable getClientExtensions() throws IOException {
        Hashtable extensions = super.getClientExtensions();
        TlsSRTPUtils.addUseSRTPExtension(extensions, Terms.offer());
        return extensions;
    }

    @Override
    public void processServerExtensions(Hashtable extensions) throws IOException {
        super.processServerExtensions(extensions);
        terms.accept(TlsSRTPUtils.getUseSRTPExtension(extensions));
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return this;
    }

    @Override
    public void notifyServerCertificate(TlsServerCertificate server) throws IOException {
        terms.check(server.getCertificate());
    }

    @Override
    public TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
        return terms.credentials(context);
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        terms.export(context);
    }
}
