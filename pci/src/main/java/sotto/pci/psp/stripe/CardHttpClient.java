package sotto.pci.psp.stripe;

import com.stripe.Stripe;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.StripeException;
import com.stripe.net.HttpClient;
import com.stripe.net.HttpHeaders;
import com.stripe.net.StripeRequest;
import com.stripe.net.StripeResponse;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import sotto.pci.psp.Exchange;
import sotto.pci.psp.SecretBody;
import sotto.pci.psp.SecretHttp;
import sotto.pci.psp.SecretRequest;

/**
 * Sends what the SDK built for one payment, with digits in place of their {@link Placeholders}, each request once: a
 * failed one is looked up, never repeated. One thread.
 */
final class CardHttpClient extends HttpClient {
    /** Nothing left this machine. */
    static final class NeverSentException extends ApiConnectionException {
        private static final long serialVersionUID = 1L;

        NeverSentException(String reason) {
            super(reason);
        }
    }

    private static final String USER_AGENT = "Stripe/v1 JavaBindings/" + Stripe.VERSION;

    private final SecretHttp http;
    private final Placeholders placeholders;
    private final long deadlineNs;

    /**
     * @param timeout for all requests of this payment
     */
    CardHttpClient(SecretHttp http, Placeholders placeholders, Duration timeout) {
        this.http = http;
        this.placeholders = placeholders;
        this.deadlineNs = System.nanoTime() + timeout.toNanos();
    }

    @Override
    public StripeResponse request(StripeRequest request) throws StripeException {
        Duration left = Duration.ofNanos(deadlineNs - System.nanoTime());
        if (!left.isPositive()) {
            throw new NeverSentException("no time left");
        }
        return switch (http.send(translate(request), left)) {
            case Exchange.NeverSent(String reason) -> throw new NeverSentException(reason);
            case Exchange.Doubtful(String reason) -> throw new ApiConnectionException(reason);
            case Exchange.Answered answer ->
                new StripeResponse(answer.status(), headers(answer.headers()), answer.body());
        };
    }

    /** The SDK's own retries would hide a doubt that must be seen. */
    @Override
    public StripeResponse requestWithRetries(StripeRequest request) throws StripeException {
        return request(request);
    }

    private SecretRequest translate(StripeRequest request) throws NeverSentException {
        Map<String, String> headers = new HashMap<>();
        request.headers().map().forEach((name, values) -> headers.put(name, String.join(",", values)));
        headers.put("User-Agent", USER_AGENT); // the SDK's own tell of the environment, or write an id file
        Optional<SecretBody> body = Optional.empty();
        if (request.content() != null) {
            headers.put("Content-Type", request.content().contentType());
            body = Optional.of(placeholders.fill(request.content().stringContent()));
        }
        try {
            return new SecretRequest(
                    request.method().name(), URI.create(request.url().toString()), headers, body);
        } catch (IllegalArgumentException e) {
            throw new NeverSentException("request refused here: " + e.getMessage());
        }
    }

    private static HttpHeaders headers(Map<String, String> headers) {
        return HttpHeaders.of(
                headers.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> List.of(e.getValue()))));
    }
}
