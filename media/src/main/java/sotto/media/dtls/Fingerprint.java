package sotto.media.dtls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/**
 * Digest of a certificate, as {@code a=fingerprint} carries it (RFC 8122 §5). Immutable. SHA-1, MD5 and MD2 are refused:
 * who can make two certificates of one digest can be two peers.
 */
public final class Fingerprint {
    private static final Map<String, Integer> DIGEST_BYTES = Map.of("sha-256", 32, "sha-384", 48, "sha-512", 64);
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();

    private final String algorithm;
    private final byte[] digest;

    /**
     * Takes over a digest.
     *
     * @param algorithm "sha-256", "sha-384" or "sha-512", in any case
     * @param digest as many octets as that algorithm gives; copied
     * @throws IllegalArgumentException for another algorithm, or another length
     */
    public Fingerprint(String algorithm, byte[] digest) {
        this.algorithm = algorithm.toLowerCase(Locale.ROOT);
        Integer expected = DIGEST_BYTES.get(this.algorithm);
        if (expected == null) {
            throw new IllegalArgumentException("fingerprint of an algorithm that is not sha-256, sha-384 or sha-512");
        }
        if (digest.length != expected) {
            throw new IllegalArgumentException(
                    "fingerprint of " + digest.length + " octets; " + this.algorithm + " gives " + expected);
        }
        this.digest = digest.clone();
    }

    /**
     * Reads the value of {@code a=fingerprint}.
     *
     * @param value what follows the colon, such as {@code sha-256 12:DF:3E:…}; digits in any case
     * @throws IllegalArgumentException where it is not one algorithm and one digest that are taken here
     */
    public static Fingerprint parse(String value) {
        String trimmed = value.strip();
        int space = trimmed.indexOf(' ');
        if (space < 0) {
            throw new IllegalArgumentException("fingerprint without a digest");
        }
        String digest = trimmed.substring(space + 1).strip();
        return new Fingerprint(trimmed.substring(0, space), COLONS.parseHex(digest));
    }

    /**
     * The fingerprint of a certificate.
     *
     * @param algorithm as in the constructor
     * @param certificate its DER encoding
     */
    public static Fingerprint of(String algorithm, byte[] certificate) {
        try {
            return new Fingerprint(
                    algorithm, MessageDigest.getInstance(algorithm).digest(certificate));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException("this JDK has no " + algorithm, e);
        }
    }

    /** True where this is the certificate's; takes the same time wherever it differs. */
    public boolean isOf(byte[] certificate) {
        return MessageDigest.isEqual(digest, of(algorithm, certificate).digest);
    }

    /** "sha-256", "sha-384" or "sha-512". */
    public String algorithm() {
        return algorithm;
    }

    /** A copy. */
    public byte[] digest() {
        return digest.clone();
    }

    /** The value of {@code a=fingerprint}: algorithm in small letters, digest in capital ones. */
    public String text() {
        return algorithm + ' ' + COLONS.formatHex(digest);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that
                && algorithm.equals(that.algorithm)
                && MessageDigest.isEqual(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }

    @Override
    public String toString() {
        return text();
    }
}
