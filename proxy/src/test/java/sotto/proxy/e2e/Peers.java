package sotto.proxy.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Programs of others that these tests talk to. */
public final class Peers {
    private Peers() {}

    /**
     * Goes on where a program is installed. Where it is not, the test is skipped with the advice, and in CI it fails:
     * there, every peer is to be present.
     *
     * @param program name on the PATH
     * @param debianPackage what brings it
     */
    public static void require(String program, String debianPackage) {
        for (String directory : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return;
            }
        }
        String advice = program + " is missing: apt-get install " + debianPackage;
        if (System.getenv("CI") != null) {
            throw new IllegalStateException(advice);
        }
        Assumptions.abort(advice);
    }
}
