package sotto.media.dtls;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.SRTPProtectionProfile;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;
import sotto.media.srtp.SrtpKeys;
import sotto.media.srtp.SrtpSuite;

/**
 * What client and server of a handshake ask for alike: both certificates, one protection profile, and the keys from it.
 * Belongs to the thread of one association.
 */
final class Terms implements AutoCloseable {
    /** Until a flight is sent again for the first time; RFC 6347 §4.2.4.1 has 1 s, and less where media waits for it. */
    static final int RESEND_MS = 400;

    private static final BcTlsCrypto CRYPTO = new BcTlsCrypto(new SecureRandom());
    /** The one that costs less first (RFC 5764 §4.1.2, RFC 7714 §14.2). */
    private static final int[] PROFILES = {
        SRTPProtectionProfile.SRTP_AEAD_AES_128_GCM, SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_80
    };

    private static final byte[] NO_MKI = {};

    private final DtlsPlan plan;
    private final int handshakeMs;
    private boolean certificateRefused;
    private @Nullable SrtpSuite suite;
    private @Nullable SrtpKeys receiveKeys;
    private @Nullable SrtpKeys sendKeys;

    /** @param handshakeMs longest that the whole handshake may take */
    Terms(DtlsPlan plan, int handshakeMs) {
        this.plan = plan;
        this.handshakeMs = handshakeMs;
    }

    static TlsCrypto crypto() {
        return CRYPTO;
    }

    int handshakeMs() {
        return handshakeMs;
    }

    /** Ours, to sign with. */
    TlsCredentialedSigner credentials(TlsContext context) throws IOException {
        TlsCertificate own = CRYPTO.createCertificate(plan.own().certificate());
        return new BcDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context),
                CRYPTO,
                plan.own().key(),
                new Certificate(new TlsCertificate[] {own}),
                new SignatureAndHashAlgorithm(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));
    }

    /** Refuses a peer without a certificate, or whose certificate has none of the fingerprints (RFC 5763 §5). */
    void check(@Nullable Certificate peer) throws IOException {
        if (peer != null && !peer.isEmpty()) {
            byte[] encoded = peer.getCertificateAt(0).getEncoded();
            boolean found = false;
            for (Fingerprint fingerprint : plan.remote()) {
                found |= fingerprint.isOf(encoded);
            }
            if (found) {
                return;
            }
        }
        certificateRefused = true;
        throw new TlsFatalAlert(AlertDescription.bad_certificate);
    }

    boolean certificateRefused() {
        return certificateRefused;
    }

    /** What a client offers. */
    static UseSRTPData offer() {
        return new UseSRTPData(PROFILES, NO_MKI);
    }

    /** What a server answers to an offer, null for none (RFC 5764 §4.1.1). */
    UseSRTPData choose(@Nullable UseSRTPData offered) throws TlsFatalAlert {
        if (offered != null) {
            for (int profile : PROFILES) {
                if (Arrays.stream(offered.getProtectionProfiles()).anyMatch(p -> p == profile)) {
                    suite = suite(profile);
                    return new UseSRTPData(new int[] {profile}, NO_MKI);
                }
            }
        }
        throw new TlsFatalAlert(AlertDescription.handshake_failure);
    }

    /** Takes what a server chose of our offer (RFC 5764 §4.1.1). */
    void accept(@Nullable UseSRTPData chosen) throws TlsFatalAlert {
        if (chosen == null) {
            throw new TlsFatalAlert(AlertDescription.handshake_failure);
        }
        int[] profiles = chosen.getProtectionProfiles();
        if (profiles.length != 1
                || Arrays.stream(PROFILES).noneMatch(p -> p == profiles[0])
                || chosen.getMki().length != 0) {
            throw new TlsFatalAlert(AlertDescription.illegal_parameter);
        }
        suite = suite(profiles[0]);
    }

    private static SrtpSuite suite(int profile) {
        return profile == SRTPProtectionProfile.SRTP_AEAD_AES_128_GCM
                ? SrtpSuite.AEAD_AES_128_GCM
                : SrtpSuite.AES_CM_128_HMAC_SHA1_80;
    }

    /**
     * Takes the keys from the handshake when it is complete (RFC 5764 §4.2):
     *
     * <pre>
     *  client's key, server's key, client's salt, server's salt
     * </pre>
     */
    void export(TlsContext context) throws TlsFatalAlert {
        SrtpSuite chosen = suite;
        if (chosen == null || !context.getSecurityParametersConnection().isExtendedMasterSecret()) {
            throw new TlsFatalAlert(AlertDescription.handshake_failure);
        }
        int key = chosen.keyBytes();
        int salt = chosen.saltBytes();
        byte[] material = context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, 2 * (key + salt));
        byte[] client = new byte[key + salt];
        byte[] server = new byte[key + salt];
        System.arraycopy(material, 0, client, 0, key);
        System.arraycopy(material, key, server, 0, key);
        System.arraycopy(material, 2 * key, client, key, salt);
        System.arraycopy(material, 2 * key + salt, server, key, salt);
        Arrays.fill(material, (byte) 0);
        context.getSession().invalidate(); // nothing is resumed, so no master secret is kept
        receiveKeys = new SrtpKeys(chosen, plan.active() ? server : client);
        sendKeys = new SrtpKeys(chosen, plan.active() ? client : server);
    }

    /** Hands both keys over: of what the peer seals with, then of what we do. Once, and only after {@link #export}. */
    void handOver(BiConsumer<SrtpKeys, SrtpKeys> to) {
        SrtpKeys receive = Objects.requireNonNull(receiveKeys, "not exported");
        SrtpKeys send = Objects.requireNonNull(sendKeys, "not exported");
        receiveKeys = null;
        sendKeys = null;
        to.accept(receive, send);
    }

    /** Wipes keys that nobody took. */
    @Override
    public void close() {
        if (receiveKeys != null && sendKeys != null) {
            receiveKeys.close();
            sendKeys.close();
        }
    }
}
