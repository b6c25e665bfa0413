package sotto.proxy.api;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import sotto.pci.Payments;
import sotto.pci.access.Tokens;
import sotto.proxy.b2bua.Calls;
import sotto.proxy.config.HttpSection;

/** REST, server-sent events, health and metrics over HTTP. */
public final class HttpApi implements AutoCloseable {
    private HttpApi() {}

    /**
     * Listens.
     *
     * @param planes what it serves
     * @param metrics the page under {@code /metrics}
     * @param ready what {@code /ready} tells
     * @throws IOException where the port cannot be bound; nothing is held then
     */
    public static HttpApi start(HttpSection section, Planes planes, Metrics metrics, BooleanSupplier ready)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /** What the API reaches. */
    public record Planes(Calls calls, Payments payments, Tokens tokens) {}

    /** As bound. */
    public int port() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
