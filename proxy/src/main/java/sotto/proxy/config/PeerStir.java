package sotto.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sotto.proxy.stir.Attest;
import sotto.proxy.stir.SigningKey;

/**
 * What is done about callers' numbers, from a peer and towards it (RFC 8224).
 *
 * @param verification how numbers of its calls are verified; not at all where empty
 * @param attestFull beginnings, without a plus, of numbers that its callers have the right to use
 * @param sign how we vouch for numbers towards it; not at all where empty
 */
public record PeerStir(Optional<Verification> verification, List<String> attestFull, Optional<Sign> sign) {
    public static final PeerStir NONE = new PeerStir(Optional.empty(), List.of(), Optional.empty());

    public PeerStir {
        attestFull = List.copyOf(attestFull);
    }

    /** What a peer's section says. */
    enum Verify {
        OFF,
        MARK,
        REQUIRE
    }

    /**
     * Verification, the same for all peers but for what follows from a failure.
     *
     * @param isRequired whether a call fails with it
     * @param certificates directory with those of signers
     * @param anchors file with those of authorities
     * @param maxAge most that a signature's time may be off
     */
    public record Verification(boolean isRequired, Path certificates, Path anchors, Duration maxAge) {}

    /**
     * Signing.
     *
     * @param x5u where others find the certificate
     * @param attest the highest that it is told
     */
    public record Sign(SigningKey key, String x5u, Attest attest) {}
}
