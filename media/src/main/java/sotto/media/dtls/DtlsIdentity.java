package sotto.media.dtls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/**
 * A certificate of ours for DTLS: self-signed, ECDSA on P-256, with a random name, so that it tells nobody whose it is (RFC
 * 5763 §5). Immutable. Its private key is never printed.
 */
public final class DtlsIdentity {
    private static final Duration CLOCK_SKEW = Duration.ofDays(1); // of peers that look at the dates
    private static final Duration LIFE = Duration.ofDays(7); // of the longest call, with what is left of a day
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final AlgorithmIdentifier ECDSA_WITH_SHA256 =
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

    private final AsymmetricKeyParameter key;
    private final byte[] certificate;
    private final Fingerprint fingerprint;

    private DtlsIdentity(AsymmetricKeyParameter key, byte[] certificate) {
        this.key = key;
        this.certificate = certificate;
        this.fingerprint = Fingerprint.of("sha-256", certificate);
    }

    /**
     * Makes a new one.
     *
     * @param random of key, name and serial number
     * @param now its validity starts a day before
     */
    public static DtlsIdentity create(SecureRandom random, Instant now) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair pair = generator.generateKeyPair();
            TBSCertificate contents = contents(pair, random, now);
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate(), random);
            signature.update(contents.getEncoded(ASN1Encoding.DER));
            DERSequence certificate = new DERSequence(
                    new ASN1Encodable[] {contents, ECDSA_WITH_SHA256, new DERBitString(signature.sign())});
            return new DtlsIdentity(
                    PrivateKeyFactory.createKey(pair.getPrivate().getEncoded()),
                    certificate.getEncoded(ASN1Encoding.DER));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot make a certificate for DTLS", e); // the JDK has had P-256 since 7
        }
    }

    private static TBSCertificate contents(KeyPair pair, SecureRandom random, Instant now) {
        byte[] octets = new byte[8];
        random.nextBytes(octets);
        X500Name name = new X500Name("CN=" + HexFormat.of().formatHex(octets));
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(
                new ASN1Integer(new BigInteger(64, random).setBit(64))); // above 0 (RFC 5280 §4.1.2.2)
        generator.setIssuer(name);
        generator.setSubject(name);
        generator.setStartDate(new DERUTCTime(UTC_TIME.format(now.minus(CLOCK_SKEW))));
        generator.setEndDate(new DERUTCTime(UTC_TIME.format(now.plus(LIFE))));
        generator.setSubjectPublicKeyInfo(
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        generator.setSignature(ECDSA_WITH_SHA256);
        return generator.generateTBSCertificate();
    }

    /** What {@code a=fingerprint} says of it: SHA-256. */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    AsymmetricKeyParameter key() {
        return key;
    }

    /** Its DER encoding; a copy. */
    public byte[] certificate() {
        return certificate.clone();
    }

    @Override
    public String toString() {
        return "DtlsIdentity[" + fingerprint + "]";
    }
}
