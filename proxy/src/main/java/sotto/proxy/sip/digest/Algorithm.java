package sotto.proxy.sip.digest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** Hashes of RFC 7616 §6.1, weakest first. Session variants ({@code -sess}) are not used. */
public enum Algorithm {
    MD5("MD5", "MD5"),
    SHA_256("SHA-256", "SHA-256"),
    SHA_512_256("SHA-512-256", "SHA-512/256"); // FIPS 180-4's, not SHA-512 cut short (erratum 4897)

    private final String token;
    private final String jca;

    Algorithm(String token, String jca) {
        this.token = token;
        this.jca = jca;
    }

    /** As in the header field. */
    String token() {
        return token;
    }

    /** Empty for one that we do not have. */
    static Optional<Algorithm> of(String token) {
        for (Algorithm algorithm : values()) {
            if (algorithm.token.equalsIgnoreCase(token)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    MessageDigest digest() {
        try {
            return MessageDigest.getInstance(jca);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + jca, e);
        }
    }
}
