package sotto.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a peer's section says what it may send beside calls. */
final class RequestsReaderTest {
    private static ConfigReader.Reading read(String keys) throws IOException {
        return ConfigReader.parse(
                        "trunk: {address: \"192.0.2.10:5060\", " + keys + "}\n"
                                + """
                                agents: {address: "192.0.2.20:5060"}
                                gateway: {kind: connector, url: "http://127.0.0.1:8090/pay"}
                                """,
                        Path.of("").toAbsolutePath())
                .reading();
    }

    @Test
    void saysWhatPasses() throws IOException {
        PeerSettings trunk = trunk("refer: pass, info-types: Text/Plain application/vnd.example+xml, messages: true");
        assertThat(trunk.policy().requests())
                .isEqualTo(new PeerPolicy.Requests(
                        PeerPolicy.Refer.PASS, Set.of("text/plain", "application/vnd.example+xml"), true));
    }

    @Test
    void nothingPassesUnlessItIsSaid() throws IOException {
        assertThat(trunk("transport: udp").policy().requests()).isEqualTo(PeerPolicy.Requests.NONE);
    }

    private static PeerSettings trunk(String keys) throws IOException {
        return read(keys).config().orElseThrow().peering().trunks().getFirst();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/dtmf-relay",
                "application/dtmf",
                "text/plain application/DTMF-relay",
                "application/vnd.nortelnetworks.digits",
                "audio/telephone-event",
                "application/kpml-response+xml",
                "multipart/mixed",
                "text/*",
                "plain"
            })
    void keysNeverCrossInAnInfo(String types) throws IOException {
        assertThat(read("info-types: \"" + types + "\"").problems())
                .singleElement()
                .asString()
                .contains("trunk.info-types", "application/dtmf-relay and its like never cross");
    }
}
