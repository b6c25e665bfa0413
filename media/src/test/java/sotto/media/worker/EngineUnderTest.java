package sotto.media.worker;

import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * The packet engine that a run of the tests is for: the suite runs once with each, see the module's pom. Where the machine
 * has no uring its tests are skipped with the reason, or fail where SOTTO_URING=required says that it must have.
 */
public final class EngineUnderTest {
    private static final EngineSettings.Engine ENGINE = EngineSettings.Engine.valueOf(
            System.getProperty("sotto.test.engine", "auto").toUpperCase(Locale.ROOT));
    private static final Optional<String> NO_URING = PacketEngine.whyNoUring();

    private EngineUnderTest() {}

    /** Its settings; skips the test where it does not run. */
    public static EngineSettings settings() {
        if (ENGINE == EngineSettings.Engine.URING) {
            assumeUring();
        }
        EngineSettings usual = EngineSettings.DEFAULT;
        return new EngineSettings(ENGINE, usual.idle(), usual.spinUs(), usual.batchUs());
    }

    /** True where uring is what runs. */
    public static boolean isUring() {
        return engine().isUring();
    }

    /** Skips a test that is for uring alone where it does not run. */
    static void assumeUring() {
        if (NO_URING.isPresent() && "required".equals(System.getenv("SOTTO_URING"))) {
            throw new AssertionError("uring does not run here: " + NO_URING.get());
        }
        Assumptions.assumeTrue(NO_URING.isEmpty(), () -> "uring does not run here: " + NO_URING.orElse(""));
    }

    static PacketEngine engine() {
        return PacketEngine.choose(settings());
    }

    static PacketIo open() {
        return engine().open();
    }

    static PacketIo open(EngineSettings.Idle idle) {
        EngineSettings usual = settings();
        return PacketEngine.choose(new EngineSettings(usual.engine(), idle, usual.spinUs(), usual.batchUs()))
                .open();
    }
}
