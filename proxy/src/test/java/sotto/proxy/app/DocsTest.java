package sotto.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.pci.capture.Field;
import sotto.pci.capture.PaymentRefused;
import sotto.pci.capture.PaymentState;
import sotto.pci.capture.Verb;
import sotto.proxy.config.ConfigReader;
import sotto.proxy.sipp.Rows;
import sotto.proxy.sipp.ScenarioTables;

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
    void eachMetricOfThePageIsInTheRunbook() throws Exception {
        int ports = Program.freePorts();
        Path config =
                Files.writeString(directory.resolve("sotto.yaml"), Program.yaml(ports, directory.resolve("state")));
        try (Sotto sotto = Sotto.start(ConfigReader.read(config))) {
            String page = Program.get(sotto.httpPort(), "/metrics", "").body();
            Set<String> families = found(page, "# TYPE (sotto_\\w+) (?:counter|histogram|gauge)");
            families.removeIf(name -> name.endsWith("_created")); // when a counter began, written by the library
            assertThat(families).hasSizeGreaterThan(15).isSubsetOf(words("docs/runbook.md", "\\b(sotto_[a-z_]+)"));
        }
    }

    /** The first words of each line at level WARN or ERROR that do not vary. */
    @Test
    void eachWarningAndErrorIsInTheRunbook() throws IOException {
        String call = "(?s)(?:(?:LOG|\\))\\s*\\.(?:warn|error)\\(|Level\\.(?:WARNING|ERROR),)\\s*(?:what \\+ )?";
        Set<String> lines = new TreeSet<>();
        for (String module : new String[] {"media", "pci", "proxy"}) {
            for (Path file : javaFiles(ROOT.resolve(module).resolve("src/main"))) {
                lines.addAll(found(Files.readString(file), call + "\"([^\"]+)\""));
            }
        }
        String runbook = oneLine(Files.readString(ROOT.resolve("docs/runbook.md")));
        assertThat(lines).hasSizeGreaterThan(25).allSatisfy(line -> assertThat(runbook)
                .contains(firstWords(line)));
    }

    @Test
    void eachProblemAndVerbIsInTheApiDocument() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path file : javaFiles(Path.of("src/main/java/sotto/proxy/api"))) {
            names.addAll(found(Files.readString(file), "Problem\\(\\s*\\d{3},\\s*\"([a-z-]+)\""));
        }
        List<Enum<?>> constants = new ArrayList<>(List.of(PaymentRefused.Reason.values()));
        constants.addAll(List.of(Verb.values()));
        constants.addAll(List.of(Field.values()));
        constants.forEach(constant -> names.add(wireName(constant)));
        List.of(PaymentState.values()).forEach(state -> names.add(state.name()));
        assertThat(names).hasSizeGreaterThan(50).isSubsetOf(words("docs/api.md", "`([A-Za-z_-]+)`"));
    }

    private static String firstWords(String line) {
        return Pattern.compile("\\{\\d?}|[;,:]")
                .splitAsStream(line)
                .map(String::strip)
                .filter(words -> words.length() >= 12)
                .findFirst()
                .orElse(line);
    }

    private static String wireName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
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

    /** What {@code -Ddocs.write=true} writes: each scenario that is played, under the rows that it shows, and no other. */
    @Test
    void theScenariosOfTheRfcTableAreThoseThatArePlayed() throws IOException {
        Path file = ROOT.resolve("docs/rfc.md");
        String text = Files.readString(file);
        String table = text.substring(0, text.indexOf(ScenarioTables.HEADING));
        String wanted = table + ScenarioTables.of(table, Rows.all());
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(file, wanted);
        }
        assertThat(Files.readString(file)).isEqualTo(wanted);
    }

    private static Set<String> words(String document, String pattern) throws IOException {
        return found(Files.readString(ROOT.resolve(document)), pattern);
    }

    private static List<Path> javaFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }

    private static Set<String> found(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
