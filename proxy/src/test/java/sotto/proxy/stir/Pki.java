package sotto.proxy.stir;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/** An authority, and signers with certificates of it, as PEM files of a store. */
public final class Pki {
    public static final String X5U = "https://cert.example.org/passport.cer";
    private static final AlgorithmIdentifier ECDSA_SHA_256 =
            new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.10045.4.3.2"));

    public final Path certificates;
    public final Path anchors;
    private final Path home;
    private final KeyPair authority = keys("secp256r1");

    /** Who has a certificate, and how it differs from a usual one. */
    public record Wanted(String name, KeyPair keys, DERSequence numbers, Instant from, Instant to, KeyPair signedBy) {}

    public Pki(Path home) {
        this.home = home;
        this.certificates = home.resolve("certificates");
        this.anchors = home.resolve("anchors.pem");
        try {
            Files.createDirectories(certificates);
            Instant now = Instant.now();
            write(
                    anchors,
                    made(
                            "CN=Authority",
                            new Wanted(
                                    "CN=Authority",
                                    authority,
                                    new DERSequence(),
                                    now.minus(Duration.ofDays(9)),
                                    now.plus(Duration.ofDays(9)),
                                    authority)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static KeyPair keys(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate for all numbers of a provider, valid now. */
    public Wanted usual(KeyPair keys) {
        Instant now = Instant.now();
        return new Wanted(
                "CN=Signer,O=Carrier",
                keys,
                numbers(spc("709J")),
                now.minus(Duration.ofDays(1)),
                now.plus(Duration.ofDays(1)),
                authority);
    }

    public static DERSequence numbers(DERTaggedObject... entries) {
        return new DERSequence(entries);
    }

    public static DERTaggedObject spc(String code) {
        return new DERTaggedObject(true, 0, new DERIA5String(code));
    }

    public static DERTaggedObject range(String first, int count) {
        ASN1EncodableVector range = new ASN1EncodableVector();
        range.add(new DERIA5String(first));
        range.add(new ASN1Integer(count));
        return new DERTaggedObject(true, 1, new DERSequence(range));
    }

    public static DERTaggedObject one(String number) {
        return new DERTaggedObject(true, 2, new DERIA5String(number));
    }

    /** Makes it and puts it where the store looks for that address. */
    public X509Certificate store(String url, Wanted wanted) {
        X509Certificate made = made("CN=Authority", wanted);
        write(certificates.resolve(CertificateStore.fileName(url).orElseThrow()), made);
        return made;
    }

    /** A key file that others cannot read, and its certificate's. */
    public SigningKey signingKey(Wanted wanted) {
        Path key = home.resolve("signer.key");
        Path certificate = home.resolve("signer.pem");
        write(certificate, made("CN=Authority", wanted));
        try {
            Files.writeString(key, pem("PRIVATE KEY", wanted.keys().getPrivate().getEncoded()), US_ASCII);
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new SigningKey(key, certificate);
    }

    private static X509Certificate made(String issuer, Wanted wanted) {
        try {
            V3TBSCertificateGenerator body = new V3TBSCertificateGenerator();
            body.setSerialNumber(new ASN1Integer(new BigInteger(64, new java.util.Random(wanted.hashCode()))));
            body.setIssuer(new X500Name(issuer));
            body.setSubject(new X500Name(wanted.name()));
            body.setStartDate(new Time(Date.from(wanted.from())));
            body.setEndDate(new Time(Date.from(wanted.to())));
            body.setSignature(ECDSA_SHA_256);
            body.setSubjectPublicKeyInfo(
                    SubjectPublicKeyInfo.getInstance(wanted.keys().getPublic().getEncoded()));
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            boolean isAuthority = wanted.name().equals(issuer);
            extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            if (wanted.numbers().size() > 0) {
                extensions.addExtension(new ASN1ObjectIdentifier(TnAuthList.OID), true, wanted.numbers());
            }
            body.setExtensions(extensions.generate());
            TBSCertificate unsigned = body.generateTBSCertificate();
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(wanted.signedBy().getPrivate());
            signature.update(unsigned.getEncoded());
            ASN1EncodableVector whole = new ASN1EncodableVector();
            whole.add(unsigned);
            whole.add(ECDSA_SHA_256);
            whole.add(new DERBitString(signature.sign()));
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(new DERSequence(whole).getEncoded()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Path file, X509Certificate certificate) {
        try {
            Files.writeString(file, pem("CERTIFICATE", certificate.getEncoded()));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der) + "\n-----END " + kind
                + "-----\n";
    }

    /** An Identity header that is made here, by the JDK alone, of texts that a test says. */
    public static String identity(KeyPair keys, String header, String claims, String parameters) {
        String input = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
        return input + "." + signature(keys, input) + parameters;
    }

    /** Without its claims. */
    public static String compact(KeyPair keys, String header, String claims, String parameters) {
        String input = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
        return ".." + signature(keys, input) + parameters;
    }

    private static String signature(KeyPair keys, String input) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(keys.getPrivate());
            signature.update(input.getBytes(US_ASCII));
            return base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String base64(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }
}
