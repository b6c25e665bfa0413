package sotto.proxy.app;

import java.io.IOException;
import sotto.proxy.config.SottoConfig;

/** The running program: media, payments, calls and API, wired. */
public final class Sotto implements AutoCloseable {
    private Sotto() {}

    /**
     * Starts everything; ready when this returns.
     *
     * @throws IOException where a port cannot be bound; nothing is held then
     */
    public static Sotto start(SottoConfig config) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Port of the API, as bound. */
    public int httpPort() {
        throw new UnsupportedOperationException();
    }

    /** Drains calls and payments, then ends. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
