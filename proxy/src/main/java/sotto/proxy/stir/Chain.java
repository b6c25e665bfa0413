package sotto.proxy.stir;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXCertPathChecker;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A signer's certificate and those between it and an anchor. Thread-safe.
 *
 * <p>Out of scope: revocation. Lists and responders are on the net, and nothing is fetched from there; who is revoked is
 * taken out of the store. Constraints of claims (RFC 8226 §8, RFC 9118) are not evaluated, so a certificate that has them
 * is refused.
 */
final class Chain {
    private static final long CHECK_LASTS_MS = Duration.ofMinutes(1).toMillis();
    private static final int DIGITAL_SIGNATURE = 0; // bit of KeyUsage, RFC 5280 §4.2.1.3
    private static final List<String> CONSTRAINTS = List.of("1.3.6.1.5.5.7.1.27", "1.3.6.1.5.5.7.1.33");

    private final List<X509Certificate> certificates;
    private volatile @Nullable Checked checked;

    private record Checked(Set<TrustAnchor> anchors, long atMs, boolean isGood) {}

    /** @param certificates the signer's own first */
    Chain(List<X509Certificate> certificates) {
        this.certificates = List.copyOf(certificates);
    }

    PublicKey key() {
        return certificates.getFirst().getPublicKey();
    }

    /** Of the signer's certificate, as one line (RFC 2253). */
    String subject() {
        return certificates.getFirst().getSubjectX500Principal().getName();
    }

    Optional<TnAuthList> numbers() throws CertificateException {
        return TnAuthList.of(certificates.getFirst());
    }

    /** True where it leads to an anchor and may sign, now. A result lasts a minute: it costs more than a signature. */
    boolean isGood(Set<TrustAnchor> anchors, Instant now) {
        Checked last = checked;
        long nowMs = now.toEpochMilli();
        if (last == null || !last.anchors.equals(anchors) || Math.abs(nowMs - last.atMs) >= CHECK_LASTS_MS) {
            last = new Checked(anchors, nowMs, check(anchors, now));
            checked = last;
        }
        return last.isGood;
    }

    private boolean check(Set<TrustAnchor> anchors, Instant now) {
        X509Certificate own = certificates.getFirst();
        boolean[] usage = own.getKeyUsage();
        if (!Es256.isOfCurve(own.getPublicKey())
                || (usage != null && !usage[DIGITAL_SIGNATURE])
                || CONSTRAINTS.stream().anyMatch(oid -> own.getExtensionValue(oid) != null)) {
            return false;
        }
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            parameters.addCertPathChecker(new KnowsTnAuthList());
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(certificates), parameters);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Says that a critical TNAuthList is understood. */
    private static final class KnowsTnAuthList extends PKIXCertPathChecker {
        @Override
        public void init(boolean forward) {
            // has no state
        }

        @Override
        public boolean isForwardCheckingSupported() {
            return true;
        }

        @Override
        public Set<String> getSupportedExtensions() {
            return Set.of(TnAuthList.OID);
        }

        @Override
        public void check(Certificate certificate, Collection<String> unresolved) {
            unresolved.remove(TnAuthList.OID);
        }
    }
}
