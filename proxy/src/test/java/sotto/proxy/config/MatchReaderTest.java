package sotto.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The section {@code match} of a peer. */
final class MatchReaderTest {
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
            match: {source: false} ~ agents.match.source=false leaves nothing that proves who calls, for From is what anybody may write; add certificate, or digest: true, or leave this out
            match: {source: false, identity: a.example} ~ agents.match.source=false leaves nothing that proves who calls, for From is what anybody may write; add certificate, or digest: true, or leave this out
            match: {digest: true} ~ agents.match.digest=true needs a password to ask for; write user and password-file beside match
            match: {certificate: a.example} ~ agents.match.certificate is never shown: add the section sip.tls, with require-client-certificate: true
            match: {certificate: a/b} ~ agents.match.certificate=a/b is not a host name, a SIP domain or an address; write one that stands in subjectAltName of its certificate, such as sip.carrier.example
            match: {identity: "@a.example"} ~ agents.match.identity=@a.example is not a domain or user@domain; write what stands in its From, or in P-Asserted-Identity
            match: {from: a.example} ~ agents.match.from is not a key; known here: certificate, identity, digest, source
            """)
    void oneWrongWord(String match, String message) throws IOException {
        assertThat(read(MINIMAL.replace("srtp: require", match)).problems())
                .singleElement()
                .asString()
                .contains(message);
    }

    @Test
    void peersAreKnownByMoreThanTheirAddress() throws IOException {
        Files.setPosixFilePermissions(
                Files.writeString(home.resolve("password"), "secret\n"), PosixFilePermissions.fromString("rw-------"));
        String peers =
                """
                trunks:
                  a: {address: 192.0.2.10, match: {identity: A.example}}
                  b: {address: 192.0.2.10, match: {identity: bob@192.0.2.1}}
                  c: {address: 192.0.2.11, user: ann, password-file: password, match: {digest: true}}
                  d: {address: 192.0.2.11, user: bob, password-file: password, match: {digest: true, identity: d.example}}
                agents: {address: "127.0.0.1:5080", match: {source: true}}
                gateway: {kind: connector, url: "http://127.0.0.1:8090/pay"}
                """;
        ConfigReader.Reading reading = read(peers);
        assertThat(reading.problems()).isEmpty();
        List<PeerSettings> trunks = reading.config().orElseThrow().peering().trunks();
        assertThat(trunks.get(0).match())
                .isEqualTo(new PeerMatch(
                        true,
                        Optional.empty(),
                        Optional.of(new PeerMatch.Party(Optional.empty(), "a.example")),
                        false));
        assertThat(trunks.get(1).match().identity()).contains(new PeerMatch.Party(Optional.of("bob"), "192.0.2.1"));
        assertThat(trunks.get(2).match()).isEqualTo(new PeerMatch(false, Optional.empty(), Optional.empty(), true));
        assertThat(reading.config().orElseThrow().peering().agents().getFirst().match())
                .isEqualTo(PeerMatch.SOURCE);
        assertThat(read(peers.replace("user: bob", "user: ann")).problems())
                .singleElement()
                .asString()
                .contains("trunks.d.user=ann is trunks.c's too, and both are known by it");
        assertThat(read(peers.replace("bob@192.0.2.1", "a.example")).problems())
                .singleElement()
                .asString()
                .contains("trunks.b.address=192.0.2.10:5060 is trunks.a's too");
        assertThat(read(peers.replace("source: true", "source: true, digest: true"))
                        .problems())
                .as("asks for a password besides")
                .singleElement()
                .asString()
                .contains("agents.match.digest=true needs a password");
    }
}
