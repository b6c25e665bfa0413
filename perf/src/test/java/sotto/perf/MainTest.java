package sotto.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class MainTest {
    @ParameterizedTest
    @ValueSource(strings = {"nonsense", ""})
    void anUnknownBenchListsTheKnownOnes(String name) {
        StringWriter text = new StringWriter();
        CommandLine line = Main.line().setErr(new PrintWriter(text));
        int code = name.isEmpty() ? line.execute() : line.execute(name, "--quick");
        assertThat(code).isEqualTo(2);
        assertThat(text.toString()).contains("sip").contains("relay");
    }
}
