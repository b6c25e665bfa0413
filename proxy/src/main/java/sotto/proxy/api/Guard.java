package sotto.proxy.api;

import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import sotto.pci.access.Tokens;
import sotto.proxy.config.HttpSection.MetricsAccess;

/** Who may ask for what. Runs on the event loop, before anything else looks at a request. */
final class Guard {
    private static final String SCHEME = "bearer "; // RFC 6750 §2.1; schemes have no case (RFC 9110 §11.1)
    private static final int MOST_TOKEN = 512;

    private final Tokens tokens;
    private final MetricsAccess metrics;

    Guard(Tokens tokens, MetricsAccess metrics) {
        this.tokens = tokens;
        this.metrics = metrics;
    }

    /** Lets a request through to its route, or answers 401. */
    void check(RoutingContext routing) {
        if (isOpen(routing) || hasToken(routing)) {
            routing.next();
        } else {
            Replies.fail(
                    routing,
                    new Problem(401, "unauthorized", "send Authorization: Bearer TOKEN with a token of this node"));
        }
    }

    private boolean isOpen(RoutingContext routing) {
        return switch (routing.normalizedPath()) {
            case "/health", "/ready" -> true;
            case "/metrics" ->
                switch (metrics) {
                    case OPEN -> true;
                    case LOOPBACK -> isLoopback(routing.request().remoteAddress());
                    case TOKEN -> false;
                };
            default -> false;
        };
    }

    private static boolean isLoopback(SocketAddress client) {
        return Optional.ofNullable(client.hostAddress())
                .map(InetAddress::ofLiteral)
                .filter(InetAddress::isLoopbackAddress)
                .isPresent();
    }

    private boolean hasToken(RoutingContext routing) {
        String header = routing.request().getHeader("Authorization");
        return header != null
                && header.length() <= MOST_TOKEN
                && header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                && tokens.accepts(header.substring(SCHEME.length()).strip());
    }
}
