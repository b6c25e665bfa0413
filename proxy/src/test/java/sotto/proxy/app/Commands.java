package sotto.proxy.app;

import java.nio.file.Path;
import picocli.CommandLine;

/** Commands as a person types them, run in this process. */
public final class Commands {
    private Commands() {}

    /** Exit code of {@code ./sotto evidence verify FILE}. */
    public static int verify(Path file) {
        return new CommandLine(new EvidenceCommand()).execute("verify", file.toString());
    }
}
