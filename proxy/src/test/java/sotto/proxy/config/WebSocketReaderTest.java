package sotto.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.realm.Realm;

/** Ports of WebSocket, with realms and without, and {@code sip.ws}. */
final class WebSocketReaderTest {
    private static final String REST =
            """
            trunk: {address: "192.0.2.10:5060", realm: outside}
            agents: {address: "192.0.2.20:5060", realm: outside, srtp: forbid}
            gateway: {kind: connector, url: "http://127.0.0.1:8090/pay"}
            """;
    private static final String FLAT = REST.replace(", realm: outside", "");

    @TempDir
    Path home;

    private ConfigReader.Reading read(String yaml) throws IOException {
        return ConfigReader.parse(yaml, home).reading();
    }

    @Test
    void nothingListensWithoutAPort() throws IOException {
        SottoConfig config = read(FLAT).config().orElseThrow();
        assertThat(config.sip().webSockets()).isEqualTo(SipSettings.WebSockets.OFF);
        assertThat(config.realms().all().getFirst().sip().wsPort()).isEmpty();
        assertThat(config.realms().all().getFirst().sip().wssPort()).isEmpty();
    }

    @Test
    void portsAndOrigins() throws IOException {
        ConfigReader.Reading reading = read(FLAT
                + "sip: {ws-port: 8088, ws: {path: /sip, origins: HTTPS://Phones.Example.com:443 http://10.0.0.1:81,"
                + " connections: 7}}\n");
        assertThat(reading.problems()).isEmpty();
        assertThat(reading.warnings()).noneMatch(warning -> warning.contains("sip.ws"));
        SottoConfig config = reading.config().orElseThrow();
        SipSettings.WebSockets read = config.sip().webSockets();
        assertThat(read.origins()).containsExactlyInAnyOrder("https://phones.example.com", "http://10.0.0.1:81");
        assertThat(read.path()).isEqualTo("/sip");
        assertThat(read.connections()).isEqualTo(7);
        assertThat(config.realms().all().getFirst().sip().wsPort()).isEqualTo(OptionalInt.of(8088));
    }

    @Test
    void eachRealmHasItsOwnPorts() throws IOException {
        ConfigReader.Reading reading = read(REST
                + "realms: {outside: {bind: 127.0.0.2, ws-port: 8088}}\n"
                + "sip: {max-calls: 100, ws: {origins: https://phones.example.com}}\n");
        assertThat(reading.problems()).isEmpty();
        Realm.Signalling sip =
                reading.config().orElseThrow().realms().of("outside").sip();
        assertThat(sip.wsPort()).isEqualTo(OptionalInt.of(8088));
        assertThat(sip.wssPort()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        wss-port: 8443                    | sip.wss-port=8443 needs a certificate; add the section sip.tls
        ws-port: 0                        | sip.ws-port=0 is not in 1..65535
        ws-port: 5060                     | sip.ws-port=5060 is taken by sip.tcp-port
        ws-port: 8080                     | http.port=8080 is taken by sip.ws-port
        ws: {path: sip}                   | sip.ws.path=sip is not the path of a URL
        ws: {path: "/sip?a"}              | sip.ws.path=/sip?a is not the path of a URL
        ws: {origins: phones.example.com} | sip.ws.origins=phones.example.com is not origins of web pages
        ws: {origins: '*'}                | sip.ws.origins=* is not origins of web pages
        ws: {origins: https://a.example/} | sip.ws.origins=https://a.example/ is not origins of web pages
        ws: {origins: https://x@a.example} | sip.ws.origins=https://…@a.example is not origins of web pages
        ws: {origins: wss://a.example}    | sip.ws.origins=wss://a.example is not origins of web pages
        ws: {connections: 0}              | sip.ws.connections=0 is not in 1..50000
        """)
    void problems(String keys, String problem) throws IOException {
        assertThat(read(FLAT + "sip: {" + keys + "}\n").problems()).anyMatch(line -> line.contains(problem));
    }

    @Test
    void problemsOfRealms() throws IOException {
        List<String> problems = read(REST
                        + "realms: {outside: {bind: 127.0.0.2, ws-port: 5060, wss-port: 8443}}\nsip: {ws-port: 9}\n")
                .problems();
        assertThat(problems)
                .anyMatch(line -> line.contains("realms.outside.wss-port=8443 needs a certificate"))
                .anyMatch(line -> line.contains("sip.ws-port is not used where there are realms"));
        assertThat(read(REST + "realms: {outside: {bind: 127.0.0.2, ws-port: 5060}}\n")
                        .problems())
                .anyMatch(line -> line.contains("realms.outside.ws-port=5060")
                        && line.contains("is taken by realms.outside.tcp-port"));
    }

    @Test
    void whoLetsNoBrowserInIsWarned() throws IOException {
        assertThat(read(FLAT + "sip: {ws-port: 8088}\n").warnings())
                .anyMatch(line -> line.contains("sip.ws.origins is missing, so every browser gets 403"));
        assertThat(read(FLAT + "sip: {ws: {origins: https://a.example}}\n").warnings())
                .anyMatch(line -> line.contains("sip.ws.origins is of no use"));
    }
}
