package sotto.proxy.evidence;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * A public key of Ed25519 (RFC 8032), all that is needed to check records: lines of JWS in compact form (RFC 7515 §7.1) with
 * {@code EdDSA} (RFC 8037 §3.1). Immutable.
 */
public final class VerifyingKey {
    static final String ALGORITHM = "Ed25519";
    private static final String LABEL = "PUBLIC KEY";
    private static final int KEY_BYTES = 32; // at the end of its DER, RFC 8410 §4
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final PublicKey key;
    private final String x;
    private final String id;
    private final String header;

    VerifyingKey(PublicKey key) {
        this.key = key;
        byte[] der = key.getEncoded();
        x = encode(Arrays.copyOfRange(der, der.length - KEY_BYTES, der.length));
        id = hash("{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + x + "\"}"); // RFC 7638 §3, RFC 8037 §2
        header = encode(("{\"alg\":\"EdDSA\",\"kid\":\"" + id + "\"}").getBytes(US_ASCII));
    }

    /**
     * Reads one from a PEM file.
     *
     * @throws IOException where there is none of this kind in it
     */
    public static VerifyingKey read(Path file) throws IOException {
        byte[] der = Pem.read(file, LABEL);
        try {
            return new VerifyingKey(KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(der)));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is no public key of Ed25519", e);
        }
    }

    void write(Path file) throws IOException {
        Pem.write(file, LABEL, key.getEncoded());
    }

    /** The payload of a line that this key signed; empty where it did not, be it by one bit. */
    Optional<String> payload(String line) {
        String[] parts = line.split("\\.", -1);
        if (parts.length != 3 || !parts[0].equals(header)) { // one header for all: there is nothing in it to trust
            return Optional.empty();
        }
        Optional<byte[]> signature = decode(parts[2]);
        return signature.isPresent() && fits(parts[0] + "." + parts[1], signature.get())
                ? decode(parts[1]).map(octets -> new String(octets, UTF_8))
                : Optional.empty();
    }

    boolean fits(String input, byte[] signed) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(input.getBytes(US_ASCII));
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // not of its length, or no point of the curve
        }
    }

    /** First part of each line that this key signs. */
    String header() {
        return header;
    }

    /** Thumbprint (RFC 7638), the {@code kid} of each record. */
    public String id() {
        return id;
    }

    /** The 32 octets in base64url, {@code x} of a JWK (RFC 8037 §2). */
    public String x() {
        return x;
    }

    /** As in the PEM file. */
    public String pem() {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN " + LABEL + "-----\n" + body + "\n-----END " + LABEL + "-----\n";
    }

    static String encode(byte[] octets) {
        return BASE64URL.encodeToString(octets);
    }

    /** Strict base64url (RFC 7515 §2): no padding, and no bit that says nothing. */
    static Optional<byte[]> decode(String text) {
        try {
            byte[] octets = Base64.getUrlDecoder().decode(text);
            return encode(octets).equals(text) ? Optional.of(octets) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** SHA-256 of a text in base64url. */
    static String hash(String text) {
        try {
            return encode(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
