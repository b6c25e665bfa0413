package sotto.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.PeerPolicy.Phones;
import sotto.proxy.config.PeerSettings.Srtp;
import sotto.proxy.guard.AddressRange;

/** The section {@code phones} of a peer of the agents' side. */
final class PhonesReaderTest {
    private static ConfigReader.Reading read(String trunk, String agents) throws IOException {
        String yaml = "trunk: {address: \"192.0.2.10:5060\"" + trunk + "}\n"
                + "agents: {address: \"192.0.2.20:5060\", transport: udp, srtp: forbid" + agents + "}\n"
                + "gateway: {kind: connector, url: \"http://127.0.0.1:8090/pay\"}\n";
        return ConfigReader.parse(yaml, Path.of("").toAbsolutePath()).reading();
    }

    private static Optional<Phones> phones(String agents) throws IOException {
        ConfigReader.Reading reading = read("", agents);
        assertThat(reading.problems()).isEmpty();
        return reading.config()
                .orElseThrow()
                .peering()
                .agents()
                .getFirst()
                .policy()
                .phones();
    }

    @Test
    void withoutTheSectionNobodyRegisters() throws IOException {
        assertThat(phones("")).isEmpty();
    }

    @Test
    void whatIsLeftOutIsSafe() throws IOException {
        Phones phones = phones(", phones: {sources: 10.0.0.0/8 192.0.2.7}").orElseThrow();
        assertThat(phones)
                .isEqualTo(new Phones(
                        List.of(
                                AddressRange.parse("10.0.0.0/8").orElseThrow(),
                                AddressRange.parse("192.0.2.7").orElseThrow()),
                        List.of(),
                        Srtp.REQUIRE,
                        false,
                        1000,
                        5,
                        Duration.ofHours(1),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(25)));
    }

    @ParameterizedTest
    @CsvSource({"require, REQUIRE", "forbid, FORBID", "dtls, DTLS", "either, EITHER"})
    void browsersMayHaveDtls(String text, Srtp policy) throws IOException {
        assertThat(phones(", phones: {sources: 10.0.0.0/8, srtp: " + text + "}")
                        .orElseThrow()
                        .srtp())
                .isEqualTo(policy);
    }

    @Test
    void domainsAreHosts() throws IOException {
        assertThat(phones(", phones: {sources: 10.0.0.0/8, domains: PBX.example 192.0.2.20}")
                        .orElseThrow()
                        .domains())
                .containsExactly("pbx.example", "192.0.2.20");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # of the section                           | problem
            path: true                                 | agents.phones.sources is missing
            sources: 10.0.0.1/8                        | agents.phones.sources="10.0.0.1/8"
            sources: 10.0.0.0/8, domains: a:5060       | agents.phones.domains="a:5060"
            sources: 10.0.0.0/8, most: 0               | agents.phones.most="0"
            sources: 10.0.0.0/8, nat-expires: 5s       | agents.phones.nat-expires="5s"
            sources: 10.0.0.0/8, keep-alive: 1s        | agents.phones.keep-alive="1s"
            sources: 10.0.0.0/8, srtp: webrtc          | agents.phones.srtp=webrtc is not in require|forbid|dtls|either|prefer
            sources: 10.0.0.0/8, expirs: 60s           | did you mean agents.phones.expires?
            """)
    void whatIsWrongIsSaid(String section, String problem) throws IOException {
        assertThat(read("", ", phones: {" + section + "}").problems())
                .singleElement()
                .asString()
                .contains(problem.replace("\"", ""));
    }

    @Test
    void aTrunkHasNone() throws IOException {
        assertThat(read(", phones: {sources: 10.0.0.0/8}", "").problems())
                .singleElement()
                .asString()
                .contains("phones");
    }
}
