package sotto.proxy.sdp;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sotto.media.srtp.SrtpKeys;
import sotto.media.srtp.SrtpSuite;

/**
 * The keys that one leg seals with: one for each suite, made when first asked for. Guarded by the call. They stay the
 * same over re-offers, so that audio does not stop for them.
 */
final class OwnKeys implements AutoCloseable {
    /** Our order: GCM first, for it costs less a packet than AES-CM with HMAC-SHA1, and every peer may take the second. */
    private static final List<SrtpSuite> SUITES =
            List.of(SrtpSuite.AEAD_AES_128_GCM, SrtpSuite.AES_CM_128_HMAC_SHA1_80);

    private final SecureRandom random;
    private final Map<SrtpSuite, SrtpKeys> keys = new EnumMap<>(SrtpSuite.class);

    OwnKeys(SecureRandom random) {
        this.random = random;
    }

    /** Key of a suite; stays ours. */
    SrtpKeys of(SrtpSuite suite) {
        return keys.computeIfAbsent(suite, s -> {
            byte[] fresh = new byte[s.keyBytes() + s.saltBytes()];
            random.nextBytes(fresh);
            return new SrtpKeys(s, fresh);
        });
    }

    /** The lines of an offer, in our order; their keys stay ours. */
    List<AudioSession.Crypto> offered() {
        return SUITES.stream()
                .map(suite -> new AudioSession.Crypto(SUITES.indexOf(suite) + 1, of(suite)))
                .toList();
    }

    /** True where an answer takes up one line of our offer: its tag and its suite (RFC 4568 §5.1.3). */
    static boolean isOurs(AudioSession.Crypto answered) {
        return SUITES.indexOf(answered.keys().suite()) + 1 == answered.tag();
    }

    /** A copy, which whoever asked for it closes. */
    static SrtpKeys copy(SrtpKeys of) {
        byte[] key = of.masterKey();
        byte[] salt = of.masterSalt();
        byte[] both = Arrays.copyOf(key, key.length + salt.length);
        System.arraycopy(salt, 0, both, key.length, salt.length);
        Arrays.fill(key, (byte) 0);
        Arrays.fill(salt, (byte) 0);
        return new SrtpKeys(of.suite(), both);
    }

    static Optional<SrtpKeys> copy(Optional<SrtpKeys> of) {
        return of.map(OwnKeys::copy);
    }

    /** Wipes; the next ones are fresh. */
    @Override
    public void close() {
        keys.values().forEach(SrtpKeys::close);
        keys.clear();
    }
}
