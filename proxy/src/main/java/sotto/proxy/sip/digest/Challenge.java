package sotto.proxy.sip.digest;

import java.util.Arrays;
import java.util.Optional;

/**
 * One challenge that we can answer (RFC 7616 §3.3). Immutable.
 *
 * @param isNamed whether it names its algorithm, so that the answer has to
 * @param hasQop whether it offers qop=auth; without, it is from before RFC 2617
 * @param isStale whether only the nonce was wrong
 */
record Challenge(
        String realm,
        String nonce,
        Algorithm algorithm,
        boolean isNamed,
        Optional<String> opaque,
        boolean hasQop,
        boolean isStale) {
    /** Empty where it is malformed, or asks for what we do not have: another algorithm, or only auth-int. */
    static Optional<Challenge> parse(String header) {
        return Fields.parse(header).flatMap(Challenge::of);
    }

    private static Optional<Challenge> of(Fields fields) {
        boolean hasQop = fields.has("qop");
        boolean isAuth = Arrays.stream(fields.text("qop").split(","))
                .anyMatch(qop -> qop.strip().equalsIgnoreCase("auth"));
        if (!fields.has("realm") || fields.text("nonce").isEmpty() || (hasQop && !isAuth)) {
            return Optional.empty();
        }
        return fields.algorithm()
                .map(algorithm -> new Challenge(
                        fields.text("realm"),
                        fields.text("nonce"),
                        algorithm,
                        fields.has("algorithm"),
                        fields.has("opaque") ? Optional.of(fields.text("opaque")) : Optional.empty(),
                        hasQop,
                        fields.text("stale").equalsIgnoreCase("true")));
    }
}
