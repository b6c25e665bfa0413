package sotto.pci.access;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Bearer tokens of the API. Thread-safe. Only a hash is kept. */
public final class Tokens {
    private Tokens() {}

    /**
     * Opens the store, and makes the first token where there is none.
     *
     * @param directory owner-only, made where missing
     */
    public static Tokens open(Path directory) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The token that this start made; given out once, and gone after. */
    public Optional<String> takeBootstrap() {
        throw new UnsupportedOperationException();
    }

    /** True for a token of this store; takes the same time whichever is wrong. */
    public boolean accepts(String token) {
        throw new UnsupportedOperationException();
    }
}
