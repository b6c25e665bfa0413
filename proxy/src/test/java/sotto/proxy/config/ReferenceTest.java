package sotto.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** conf/reference.yaml says what the code does: no key is missing, and each default and bound is the real one. */
final class ReferenceTest {
    private static final Path CONF = Path.of("..", "conf");
    private static final Path HOME = Path.of("").toAbsolutePath();
    private static final Pattern KEY = Pattern.compile("( *)([a-z0-9-]+):(.*)");
    private static final Pattern BOUNDS = Pattern.compile("\\[([^]]+)]\\s*$");

    private static final String REQUIRED =
            """
            trunk: {address: "192.0.2.10:5060"}
            agents: {address: "192.0.2.20:5060"}
            gateway: {kind: connector, url: "http://127.0.0.1:8090/pay"}
            """;

    private static final String WITH_SECTIONS = // those whose names are the user's own
            REQUIRED.replace(
                            "5060\"}\nagents",
                            "5060\", numbers-in: {international: {}}, headers-in: {campaign: {}}}\nagents")
                    + "routes: {night: {to: agents}}\nrealms: {outside: {}}\n";

    @Test
    void itsDefaultsAreThoseOfTheCode() throws IOException {
        String reference = Files.readString(CONF.resolve("reference.yaml"));
        ConfigReader.Reading stated = ConfigReader.parse(reference, HOME).reading();
        assertThat(stated.problems()).isEmpty();
        assertThat(stated.config())
                .isPresent()
                .isEqualTo(ConfigReader.parse(REQUIRED, HOME).reading().config());
    }

    @Test
    void whatHasNoDefaultIsFineToo() throws IOException {
        String reference = Files.readString(CONF.resolve("reference.yaml")).replaceAll("(?m)^( *)#- ", "$1");
        assertThat(ConfigReader.parse(reference, HOME).reading().problems())
                .noneMatch(problem -> problem.contains("trunk.") && !problem.contains("is not a file that this user"));
    }

    @Test
    void eachKeyIsThereWithItsBounds() throws IOException {
        Map<String, String> stated = keysAndBounds(Files.readString(CONF.resolve("reference.yaml")));
        Map<String, String> real = ConfigReader.parse(WITH_SECTIONS, HOME).keys();
        assertThat(real).hasSizeGreaterThan(55);
        assertThat(stated).containsExactlyInAnyOrderEntriesOf(real);
    }

    @Test
    void theShortOneIsFine() throws IOException {
        ConfigReader.Reading reading = ConfigReader.inspect(CONF.resolve("sotto.yaml"));
        assertThat(reading.problems()).isEmpty();
        assertThat(reading.warnings()).isEmpty();
    }

    /** Values, by whole path, with what stands in brackets at the end of the comment above them. */
    private static Map<String, String> keysAndBounds(String yaml) {
        Map<String, String> found = new LinkedHashMap<>();
        Deque<String> path = new ArrayDeque<>();
        String comment = "";
        for (String raw : yaml.lines().toList()) {
            String line = raw.replace("#- ", "");
            Matcher key = KEY.matcher(line);
            if (line.strip().startsWith("#")) {
                comment = comment + " " + line.strip().substring(1);
            } else if (key.matches()) {
                while (path.size() > key.group(1).length() / 2) {
                    path.removeLast();
                }
                path.addLast(key.group(2));
                if (!key.group(3).isBlank()) {
                    Matcher bounds = BOUNDS.matcher(comment);
                    assertThat(bounds.find()).as("bounds of " + path).isTrue();
                    String name = String.join(".", path).replace(".national.", ".international."); // two of one kind
                    found.put(name, bounds.group(1));
                }
                comment = "";
            }
        }
        return found;
    }
}
