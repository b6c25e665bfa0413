package sotto.proxy.sip.digest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Asks one peer for its password, and judges what it answers (RFC 7616 §3.4.6). Thread-safe.
 *
 * <pre>
 *  credentials for our realm                         verdict   then
 *  none                                              ABSENT    challenge
 *  user, algorithm, called number or response wrong  WRONG     challenge; counted
 *  right, but nonce not ours, too old, or replayed   STALE     challenge, stale=true: who knows the password goes on
 *  right                                             GOOD
 * </pre>
 */
public final class DigestGuard {
    private final DigestUser expected;
    private final Nonces nonces;

    /** What became of a request's credentials. */
    public enum Verdict {
        ABSENT,
        WRONG,
        STALE,
        GOOD
    }

    /** @param expected who the peer has to be; the algorithms allowed are those that are offered */
    public DigestGuard(DigestUser expected, long nowNs) {
        this(expected, new Nonces(nowNs));
    }

    DigestGuard(DigestUser expected, Nonces nonces) {
        this.expected = expected;
        this.nonces = nonces;
    }

    /**
     * Values of WWW-Authenticate, a line each, the one that we like best first (RFC 8760 §2.4).
     *
     * @param address where they are sent to
     */
    public String challenges(boolean isStale, InetAddress address, long nowNs) {
        return challenges(expected::allows, nonces.make(address, nowNs), isStale ? ", stale=true" : "");
    }

    static String challenges(Predicate<Algorithm> allowed, String nonce, String more) {
        List<String> lines = new ArrayList<>();
        for (Algorithm algorithm : List.of(Algorithm.values()).reversed()) {
            if (allowed.test(algorithm)) {
                lines.add("Digest realm=\"" + DigestRealm.NAME + "\", nonce=\"" + nonce + "\", algorithm="
                        + algorithm.token() + ", qop=\"auth\"" + more);
            }
        }
        return String.join("\n", lines);
    }

    /**
     * Judges a request.
     *
     * @param authorizations text of each of its Authorization headers
     * @param called user part of its request URI: credentials for one number are not good for another
     */
    public Verdict judge(List<String> authorizations, String method, String called, long nowNs) {
        return credentials(authorizations)
                .map(fields -> judge(fields, method, called, nowNs))
                .orElse(Verdict.ABSENT);
    }

    /** The first ones for our realm. */
    static Optional<Fields> credentials(List<String> authorizations) {
        return authorizations.stream()
                .flatMap(header -> Fields.parse(header).stream())
                .filter(fields -> fields.text("realm").equals(DigestRealm.NAME))
                .findFirst();
    }

    private Verdict judge(Fields given, String method, String called, long nowNs) {
        Optional<Algorithm> algorithm = given.algorithm().filter(expected::allows);
        String count = given.text("nc");
        if (algorithm.isEmpty()
                || !given.text("qop").equalsIgnoreCase("auth")
                || !count.matches("[0-9A-Fa-f]{8}")
                || given.text("cnonce").isEmpty()
                || !given.text("username").equals(expected.user())
                || !user(given.text("uri")).equals(called)) {
            return Verdict.WRONG;
        }
        Digest digest = new Digest(algorithm.get(), DigestRealm.NAME, given.text("nonce"), count, given.text("cnonce"));
        try {
            String right = digest.response(expected.user(), expected.secret(), method, given.text("uri"));
            String said = given.text("response").toLowerCase(Locale.ROOT);
            if (!MessageDigest.isEqual(right.getBytes(US_ASCII), said.getBytes(US_ASCII))) {
                return Verdict.WRONG;
            }
        } catch (IOException e) {
            expected.unreadable();
            return Verdict.WRONG;
        }
        return nonces.use(given.text("nonce"), Long.parseLong(count, 16), nowNs) ? Verdict.GOOD : Verdict.STALE;
    }

    /** User part of a SIP URI, or the number of a tel URI. */
    private static String user(String uri) {
        String rest = uri.substring(uri.indexOf(':') + 1);
        int at = rest.indexOf('@');
        if (at >= 0) {
            return rest.substring(0, at);
        }
        return uri.startsWith("tel:") ? rest.split(";", 2)[0] : "";
    }
}
