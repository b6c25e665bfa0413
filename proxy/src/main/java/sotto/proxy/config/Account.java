package sotto.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The password that is shared with a peer, and what it is for.
 *
 * @param user name on both sides
 * @param passwordFile its first line is the password
 * @param hashes that challenges may have, theirs and ours
 * @param authenticate whether the peer has to show it with each new call
 * @param registration how we register there, where we do
 */
public record Account(
        String user, Path passwordFile, Set<Hash> hashes, boolean authenticate, Optional<Registration> registration) {
    public Account {
        hashes = Set.copyOf(hashes);
    }

    /** Hashes of digest authentication, weakest first (RFC 8760 §2). */
    public enum Hash {
        MD5("md5"),
        SHA_256("sha-256"),
        SHA_512_256("sha-512-256");

        private final String text;

        Hash(String text) {
            this.text = text;
        }

        static Optional<Hash> of(String text) {
            for (Hash hash : values()) {
                if (hash.text.equals(text)) {
                    return Optional.of(hash);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * Registration of us at the peer (RFC 3261 §10).
     *
     * @param expires how long it is asked to last
     * @param retry wait after a failure, doubled with each that follows (RFC 5626 §4.5)
     */
    public record Registration(Duration expires, Duration retry) {}
}
