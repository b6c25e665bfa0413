package sotto.proxy.demo;

import java.io.IOException;
import java.net.URI;
import sotto.proxy.config.SottoConfig;

/** The program while it runs in this process, as far as the demonstration needs it. Made by {@code app}. */
public interface Running extends AutoCloseable {
    /** Starts the program, all of it; ready when this returns. */
    @FunctionalInterface
    interface Starter {
        /**
         * Starts it.
         *
         * @throws IOException where a port cannot be bound; nothing is held then
         */
        Running start(SottoConfig config) throws IOException;
    }

    /** Where the API is, such as {@code http://127.0.0.1:8080}. */
    URI api();

    /** A bearer token that the API takes: the one that the first start made. */
    String token();

    /** Ends calls and payments, completes the tap's files. */
    @Override
    void close();
}
