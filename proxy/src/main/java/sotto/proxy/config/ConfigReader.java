package sotto.proxy.config;

import java.io.IOException;
import java.nio.file.Path;

/** Reads conf/sotto.yaml. */
public final class ConfigReader {
    private ConfigReader() {}

    /**
     * Reads and checks a file.
     *
     * @throws ConfigProblems with every problem found, not only the first
     * @throws IOException where the file cannot be read
     */
    public static SottoConfig read(Path file) throws ConfigProblems, IOException {
        throw new UnsupportedOperationException();
    }
}
