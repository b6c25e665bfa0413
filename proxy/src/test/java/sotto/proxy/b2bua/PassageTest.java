package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.config.PeerPolicy.Action;
import sotto.proxy.config.PeerPolicy.HeaderRule;
import sotto.proxy.config.PeerPolicy.NumberRule;
import sotto.proxy.config.PeerPolicy.Party;
import sotto.proxy.config.PeerPolicy.Rules;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.config.RouteSettings;
import sotto.proxy.config.Substitution;
import sotto.proxy.sdp.CodecPolicy;

/** What of one side is seen on the other: nothing, unless a rule or the policy says so. */
final class PassageTest {
    private static final PeerPolicy USUAL = PeerPolicy.USUAL;
    private static final PeerPolicy TRUSTED = new PeerPolicy(true, Rules.NONE, Rules.NONE, CodecPolicy.ANY);
    private static final String OF_CALLER =
            """
            X-Campaign: spring 10.1.2.3
            X-Inside: 10.1.2.3
            User-Agent: Inside/10.1.2.3
            Organization: inside.example
            P-Asserted-Identity: "Ann" <sip:+4930@10.1.2.3>
            Diversion: <sip:+4940@10.1.2.3>;reason=no-answer
            History-Info: <sip:+4940@10.1.2.3>;index=1
            """
                    .replace("\n", "\r\n");

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private Rig rig = rig(USUAL, USUAL);

    PassageTest() throws IOException {}

    private Rig rig(PeerPolicy ofTrunk, PeerPolicy ofAgents, RouteSettings... routes) throws IOException {
        Peering peering = new Peering(
                List.of(Rig.peer("carrier", trunk.port(), PeerSettings.Transport.UDP)
                        .with(ofTrunk)),
                List.of(Rig.peer("pbx", agents.port(), PeerSettings.Transport.UDP)
                        .with(ofAgents)),
                List.of(routes));
        return new Rig(
                ports, new Rig.Options(peering, Duration.ofSeconds(60), 100, Optional.empty()), Duration.ofMinutes(5));
    }

    private void with(PeerPolicy ofTrunk, PeerPolicy ofAgents, RouteSettings... routes) throws IOException {
        rig.close();
        rig = rig(ofTrunk, ofAgents, routes);
    }

    @AfterEach
    void stop() {
        rig.close();
        trunk.close();
        agents.close();
    }

    private String called(String name, String more) {
        trunk.send(trunk.invite(name, more, trunk.sdp("sendrecv")));
        return agents.awaitWith("INVITE ", "Ann");
    }

    private String answered(String invite, String more) {
        String ok = RawPeer.response(
                invite, "200 OK", "callee", "<sip:agent@127.0.0.1:" + agents.port() + ">", agents.sdp("sendrecv"));
        agents.send(ok.replace("Content-Type", more + "Content-Type"));
        String seen = trunk.await("SIP/2.0 200");
        trunk.send(trunk.within(seen, "ACK", 1, ""));
        return seen;
    }

    private static HeaderRule rule(Action action, String header, String value) {
        return new HeaderRule(action, header, Optional.empty(), value);
    }

    private static PeerPolicy headers(List<HeaderRule> in, List<HeaderRule> out) {
        return new PeerPolicy(false, new Rules(List.of(), in), new Rules(List.of(), out), CodecPolicy.ANY);
    }

    @Test
    void withoutARuleNothingCrosses() {
        String invite = called("n1", OF_CALLER + "Privacy: header\r\n");
        assertThat(invite).doesNotContain("10.1.2.3", "inside.example", "X-", "+4930", "+4940", "Privacy");
        String seen =
                answered(invite, "X-Agent: 7\r\nServer: pbx.inside\r\nP-Asserted-Identity: <sip:7@pbx.inside>\r\n");
        assertThat(seen).doesNotContain("X-Agent", "pbx.inside");
    }

    @Test
    void whatARulePassesCrossesBothWays() throws IOException {
        with(
                headers(List.of(rule(Action.PASS, "x-campaign", "")), List.of(rule(Action.ADD, "X-By", "sotto"))),
                headers(
                        List.of(rule(Action.PASS, "X-Agent", "")),
                        List.of(new HeaderRule(
                                Action.REWRITE, "X-Campaign", Optional.of(Pattern.compile("(\\w+) .*")), "$1 sale"))));
        String invite = called("r1", OF_CALLER);
        assertThat(RawPeer.header(invite, "X-Campaign")).isEqualTo("spring sale");
        assertThat(invite).doesNotContain("10.1.2.3", "X-Inside", "X-By");
        agents.send(RawPeer.response(invite, "180 Ringing", "callee", "<sip:agent@127.0.0.1:" + agents.port() + ">", "")
                .replace("Content-Length", "X-Agent: 6\r\nX-Inside: 10.1.2.3\r\nContent-Length"));
        assertThat(trunk.await("SIP/2.0 180"))
                .contains("X-Agent: 6", "X-By: sotto")
                .doesNotContain("10.1.2.3");
        String seen = answered(invite, "X-Agent: 7\r\nX-Agent: \"8, <\r\nX-Inside: 10.1.2.3\r\n");
        assertThat(seen)
                .contains("X-Agent: 7\r\n", "X-Agent: \"8, <\r\n", "X-By: sotto\r\n")
                .doesNotContain("10.1.2.3");
    }

    @Test
    void aRefusalsHeaderCrossesByRule() throws IOException {
        with(USUAL, headers(List.of(rule(Action.PASS, "Reason", "")), List.of()));
        String invite = called("f1", "");
        agents.send(RawPeer.response(invite, "486 Busy Here", "callee", "<sip:agent@127.0.0.1>", "")
                .replace("Content-Length", "Reason: Q.850;cause=17\r\nX-Inside: 1\r\nContent-Length"));
        String seen = trunk.await("SIP/2.0 486");
        assertThat(RawPeer.header(seen, "Reason")).isEqualTo("Q.850;cause=17");
        assertThat(seen).doesNotContain("X-Inside");
    }

    @Test
    void numbersAreNormalisedBeforeTheRouteAndForThePeerAfterIt() throws IOException {
        PeerPolicy in = new PeerPolicy(
                false,
                new Rules(
                        List.of(
                                new NumberRule(Party.CALLED, Substitution.ofPrefix("0", "+49")),
                                new NumberRule(Party.CALLING, new Substitution(Pattern.compile("ann"), "+4930"))),
                        List.of()),
                Rules.NONE,
                CodecPolicy.ANY);
        PeerPolicy out = new PeerPolicy(
                false,
                Rules.NONE,
                new Rules(List.of(new NumberRule(Party.BOTH, Substitution.ofPrefix("+49", "9"))), List.of()),
                CodecPolicy.ANY);
        with(
                in,
                out,
                new RouteSettings(
                        "all",
                        Set.of(),
                        List.of("+49"),
                        Optional.empty(),
                        List.of(List.of(new RouteSettings.Target("pbx", 1)))));
        trunk.send(trunk.invite("m1", "", trunk.sdp("sendrecv"))
                .replace("INVITE sip:agent@", "INVITE sip:0301@")
                .replace("To: <sip:agent@", "To: <sip:0301@"));
        String invite = agents.await("INVITE ");
        assertThat(invite).startsWith("INVITE sip:9301@127.0.0.1:" + agents.port() + " SIP/2.0\r\n");
        assertThat(RawPeer.header(invite, "From")).startsWith("\"Ann\" <sip:930@127.0.0.1>");
        assertThat(RawPeer.header(invite, "To")).isEqualTo("<sip:9301@127.0.0.1>");
    }

    @Test
    void identityCrossesBetweenTrustedPeersWithoutTheirHosts() throws IOException {
        with(TRUSTED, TRUSTED);
        String invite = called("i1", OF_CALLER + "Privacy: id\r\n");
        assertThat(RawPeer.header(invite, "P-Asserted-Identity")).isEqualTo("\"Ann\" <sip:+4930@127.0.0.1>");
        assertThat(RawPeer.header(invite, "Diversion")).isEqualTo("<sip:+4940@127.0.0.1>;reason=no-answer");
        assertThat(RawPeer.header(invite, "History-Info")).isEqualTo("<sip:+4940@127.0.0.1>;index=1");
        assertThat(RawPeer.header(invite, "Privacy")).isEqualTo("id");
        assertThat(RawPeer.header(invite, "From")).contains("ann@127.0.0.1");
        assertThat(invite).doesNotContain("10.1.2.3");
        String seen = answered(invite, "P-Asserted-Identity: <sip:7@10.1.2.3>\r\n");
        assertThat(RawPeer.header(seen, "P-Asserted-Identity")).isEqualTo("<sip:7@127.0.0.1>");
    }

    @Test
    void whoWantsPrivacyIsAnonymousBeyondTheTrustDomain() throws IOException {
        with(TRUSTED, USUAL);
        trunk.send(trunk.invite("p1", OF_CALLER + "Privacy: id\r\n", trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        assertThat(RawPeer.header(invite, "From")).matches("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=\\w+");
        assertThat(invite).doesNotContainIgnoringCase("ann@").doesNotContain("Ann\"", "+4930", "Privacy", "10.1.2.3");
        answered(invite, "");
        agents.await("ACK ");
        agents.send(agents.within(invite, "callee", "BYE", 1, ""));
        agents.await("SIP/2.0 200");
        trunk.reply(trunk.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }
}
