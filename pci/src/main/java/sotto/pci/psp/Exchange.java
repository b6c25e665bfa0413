package sotto.pci.psp;

import java.util.Map;
import java.util.Optional;

/** How a request ended: what the payment made of it depends on whether it can have arrived. */
public sealed interface Exchange {
    /**
     * A whole answer.
     *
     * @param headers by name in lower case; of several with one name, the first
     */
    record Answered(int status, Map<String, String> headers, String body) implements Exchange {
        public Optional<String> header(String lowerCaseName) {
            return Optional.ofNullable(headers.get(lowerCaseName));
        }

        @Override
        public String toString() {
            return "Answered[" + status + ", " + body.length() + " chars]"; // a gateway may echo what it was sent
        }
    }

    /** No octet of the request left: name not found, connection refused, peer not trusted. */
    record NeverSent(String reason) implements Exchange {}

    /** Some of it left and no whole answer came: it may have been acted on. */
    record Doubtful(String reason) implements Exchange {}
}
