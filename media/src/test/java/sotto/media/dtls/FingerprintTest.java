package sotto.media.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FingerprintTest {
    private static final String SHA_256 =
            "12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:" + "18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD";

    @ParameterizedTest
    @ValueSource(strings = {"sha-256 ", "SHA-256 ", "  sha-256   "})
    void readsAndWrites(String algorithm) {
        Fingerprint read = Fingerprint.parse(algorithm + SHA_256);

        assertThat(read.text()).isEqualTo("sha-256 " + SHA_256);
        assertThat(read).isEqualTo(Fingerprint.parse("sha-256 " + SHA_256.toLowerCase(java.util.Locale.ROOT)));
        assertThat(read).isNotEqualTo(Fingerprint.parse("sha-256 13" + SHA_256.substring(2)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha-256",
                "sha-256 ",
                "sha-256 12",
                "sha-384 " + SHA_256,
                "sha-1 12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02",
                "md5 12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82",
                "sha-256 1:DF" + "12:DF",
                "sha-256 " + SHA_256 + ":",
                "sha-256 " + SHA_256 + ":00",
                "sha-256  12-DF"
            })
    void refusesAllElse(String value) {
        assertThatThrownBy(() -> Fingerprint.parse(value)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCertificateOfOursTellsNothing() throws Exception {
        Instant now = Instant.now();
        DtlsIdentity identity = DtlsIdentity.create(new SecureRandom(), now);
        X509Certificate read = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(identity.certificate()));

        read.verify(read.getPublicKey());
        read.checkValidity(Date.from(now.plus(Duration.ofDays(6))));
        assertThat(read.getNotAfter()).isBefore(Date.from(now.plus(Duration.ofDays(8))));
        assertThat(read.getSubjectX500Principal()).isEqualTo(read.getIssuerX500Principal());
        assertThat(read.getSubjectX500Principal().getName()).matches("CN=[0-9a-f]{16}");
        assertThat(identity.fingerprint().isOf(identity.certificate())).isTrue();
        assertThat(identity.fingerprint().isOf(new byte[0])).isFalse();
    }

    @Test
    void anotherCertificateEachDay() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        DtlsIdentities identities = new DtlsIdentities(now::get, new SecureRandom());
        DtlsIdentity first = identities.current();

        now.set(now.get().plus(Duration.ofHours(23)));
        assertThat(identities.current()).isSameAs(first);
        now.set(now.get().plus(Duration.ofHours(1)));
        assertThat(identities.current().fingerprint()).isNotEqualTo(first.fingerprint());
    }
}
