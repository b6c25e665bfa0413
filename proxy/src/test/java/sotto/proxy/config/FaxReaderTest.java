package sotto.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a peer may turn to fax. */
final class FaxReaderTest {
    private static ConfigReader.Reading read(String ofTrunk, String ofAgents) throws IOException {
        return ConfigReader.parse(
                        "trunk: {address: \"192.0.2.10:5060\", " + ofTrunk + "}\n"
                                + "agents: {address: \"192.0.2.20:5060\", " + ofAgents + "}\n"
                                + "gateway: {kind: connector, url: \"http://127.0.0.1:8090/pay\"}\n",
                        Path.of("").toAbsolutePath())
                .reading();
    }

    @ParameterizedTest(name = "{0}; {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # trunk         | agents                    | the trunk may | the agents may
            transport: udp  | transport: udp            | false         | false
            t38: refuse     | t38: refuse               | false         | false
            t38: pass       | t38: pass, srtp: forbid   | true          | true
            """)
    void refusesUnlessItIsSaid(String ofTrunk, String ofAgents, boolean trunk, boolean agents) throws IOException {
        Peering peering = read(ofTrunk, ofAgents).config().orElseThrow().peering();
        assertThat(peering.trunks().getFirst().policy().codecs().fax()).isEqualTo(trunk);
        assertThat(peering.agents().getFirst().policy().codecs().fax()).isEqualTo(agents);
    }

    @ParameterizedTest(name = "{0}; {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # trunk                   | agents                   | problem
            t38: yes                  | srtp: forbid             | trunk.t38
            t38: pass, srtp: require  | srtp: forbid             | trunk.t38=pass does not go with srtp=require
            t38: pass                 | t38: pass, srtp: require | agents.t38=pass does not go with srtp=require
            t38: pass                 | t38: pass, srtp: dtls    | agents.t38=pass does not go with srtp=dtls
            t38: pass                 | t38: pass, srtp: either  | agents.t38=pass does not go with srtp=either
            """)
    void tellsWhatIsWrong(String ofTrunk, String ofAgents, String problem) throws IOException {
        assertThat(read(ofTrunk, ofAgents).problems())
                .singleElement()
                .asString()
                .contains(problem);
    }
}
