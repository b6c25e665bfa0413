package sotto.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.guard.AddressRange;
import sotto.proxy.guard.GuardSettings;

/** The section {@code sip.guard}. */
final class GuardReaderTest {
    private static final String MINIMAL =
            """
            trunk: {address: 127.0.0.1:5070}
            agents: {address: "127.0.0.1:5080", srtp: require}
            gateway: {kind: connector, url: "http://127.0.0.1:8090/pay"}
            """;

    @TempDir
    Path home;

    private ConfigReader.Reading read(String yaml) throws IOException {
        return ConfigReader.parse(yaml, home).reading();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            textBlock =
                    """
            sip: {guard: {requests-per-second: 0}} ~ sip.guard.requests-per-second=0 is not in 1..10000; write a whole number from there; without the key it is 20
            sip: {guard: {ban-for: 8d}}  ~ sip.guard.ban-for=8d is not in 1s..7d; write a number and ms, s, m, h or d; without the key it is 600s
            sip: {guard: {scanners: ab}} ~ sip.guard.scanners=ab is not words of a User-Agent, with spaces between; write words of 3 to 64 letters, digits and . _ / -, or none for none
            sip: {guard: {deny: 192.0.2.1/24}} ~ sip.guard.deny=192.0.2.1/24 is not addresses and ranges such as 192.0.2.0/24 or 2001:db8::/32, with spaces between; no bit may be set beyond a prefix; without the key nobody is
            sip: {guard: {allow: "2001:db8::/32 carrier.example"}} ~ sip.guard.allow=2001:db8::/32 carrier.example is not addresses and ranges such as 192.0.2.0/24 or 2001:db8::/32, with spaces between; no bit may be set beyond a prefix; without the key nobody but the peers is exempt
            sip: {guard: {allow: "192.0.2.0/24", deny: "203.0.113.1 192.0.2.7"}} ~ sip.guard.deny names 192.0.2.7/32, which is in 192.0.2.0/24 of sip.guard.allow, and that wins; take it out of one of the two
            sip: {guard: {deny: 127.0.0.0/8}} ~ sip.guard.deny names 127.0.0.0/8, where peer 127.0.0.1 is, and that is let in whatever stands here; take the range apart
            """)
    void oneWrongLine(String line, String message) throws IOException {
        assertThat(read(MINIMAL + line).problems()).singleElement().asString().isEqualTo("line 4: " + message);
    }

    @Test
    void allOfIt() throws IOException {
        String guard =
                """
                sip:
                  guard:
                    enabled: false
                    requests-per-second: 3
                    burst: 4
                    strangers-per-second: 5
                    wrong-passwords: 6
                    ban-for: 1h
                    scanners: acme/1 Other-Tool
                    allow: 192.0.2.7 2001:db8::/32
                    deny: 0.0.0.0/1
                """;
        String peers = MINIMAL.replace("127.0.0.1:50", "192.0.2.1:50");
        assertThat(read(peers + guard).config().orElseThrow().sip().guard())
                .isEqualTo(new GuardSettings(
                        false,
                        3,
                        4,
                        5,
                        6,
                        Duration.ofHours(1),
                        List.of("acme/1", "Other-Tool"),
                        List.of(range("192.0.2.7"), range("2001:db8::/32")),
                        List.of(range("0.0.0.0/1"))));
        assertThat(read(MINIMAL + "sip: {guard: {scanners: none}}")
                        .config()
                        .orElseThrow()
                        .sip()
                        .guard()
                        .scanners())
                .isEmpty();
        assertThat(read(MINIMAL).config().orElseThrow().sip().guard()).isEqualTo(GuardSettings.USUAL);
    }

    private static AddressRange range(String text) {
        return AddressRange.parse(text).orElseThrow();
    }
}
