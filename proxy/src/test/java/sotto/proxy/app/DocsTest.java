package sotto.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.config.ConfigReader;

/** What the documents name is there. */
final class DocsTest {
    private static final Path ROOT = Path.of("..");

    @TempDir
    Path directory;

    @Test
    void eachMetricOfTheRunbookIsOnThePage() throws Exception {
        int ports = Program.freePorts();
        Path config =
                Files.writeString(directory.resolve("sotto.yaml"), Program.yaml(ports, directory.resolve("state")));
        try (Sotto sotto = Sotto.start(ConfigReader.read(config))) {
            String page = Program.get(sotto.httpPort(), "/metrics", "").body();
            Set<String> named = words("docs/runbook.md", "`(sotto_[a-z_]+(?:\\{[^}`]*})?)");
            assertThat(named).hasSizeGreaterThan(10).allSatisfy(metric -> assertThat(page)
                    .contains(metric.endsWith("}") ? metric.replace("\"}", "\"") : metric));
        }
    }

    @Test
    void eachTestOfTheRfcTableIsThere() throws IOException {
        Set<String> tests;
        try (Stream<Path> files = Files.walk(ROOT)) {
            tests = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        }
        assertThat(words("docs/rfc.md", "\\b([A-Z]\\w+Test)\\b"))
                .hasSizeGreaterThan(20)
                .isSubsetOf(tests);
    }

    private static Set<String> words(String document, String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(ROOT.resolve(document)))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
