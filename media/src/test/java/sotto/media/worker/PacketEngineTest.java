package sotto.media.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sotto.media.worker.EngineSettings.Engine;
import sotto.media.worker.EngineSettings.Idle;

/** Which engine is taken, and why: in a JVM of its own that may not ask for descriptors, as where the kernel refuses. */
@Timeout(60)
final class PacketEngineTest {
    @Test
    void nioIsTakenWhereItIsAskedFor() {
        assertThat(PacketEngine.choose(of(Engine.NIO)).isUring()).isFalse();
    }

    @Test
    void autoIsUringWhereItRuns() {
        assertThat(PacketEngine.choose(of(Engine.AUTO)).isUring())
                .isEqualTo(PacketEngine.whyNoUring().isEmpty());
    }

    @Test
    void uringIsTakenOrRefusedWithTheReason() {
        if (PacketEngine.whyNoUring().isEmpty()) {
            assertThat(PacketEngine.choose(of(Engine.URING)).isUring()).isTrue();
        } else {
            assertThatThrownBy(() -> PacketEngine.choose(of(Engine.URING)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(PacketEngine.whyNoUring().get());
        }
    }

    @Test
    void whereItIsRefusedAutoFallsBackAndSaysWhy() throws Exception {
        String said = elsewhere("AUTO");
        assertThat(said).contains("media engine: nio", "blocks", "uring does not run here: ", "--add-opens");
    }

    @Test
    void whereItIsRefusedItIsAnErrorToAskForIt() throws Exception {
        assertThat(elsewhere("URING"))
                .contains(
                        "UncheckedIOException: media.engine=uring does not run here: ",
                        "--add-opens",
                        "write auto or nio");
    }

    private static EngineSettings of(Engine engine) {
        return new EngineSettings(engine, Idle.BLOCK, 50, 50);
    }

    private static String elsewhere(String engine) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PacketEngineTest.class.getName(),
                        engine)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    /** The other JVM. */
    public static void main(String[] engine) {
        PacketEngine.choose(of(Engine.valueOf(engine[0])));
    }
}
