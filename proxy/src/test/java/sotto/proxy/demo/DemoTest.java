package sotto.proxy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What the demonstration says where the program does not do its job; that it does is shown against the real one. */
final class DemoTest {
    @Test
    void aProgramThatDoesNotStartFailsIt() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int code = Demo.run(new PrintStream(text, true, StandardCharsets.UTF_8), config -> {
            throw new IOException("port " + config.http().port() + " is taken");
        });
        assertThat(code).isEqualTo(1);
        assertThat(text.toString(StandardCharsets.UTF_8))
                .contains("FAILED")
                .contains(" is taken")
                .doesNotContain("PASSED");
    }
}
