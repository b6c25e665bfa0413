package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.config.PeerPolicy.NumberRule;
import sotto.proxy.config.PeerPolicy.Rules;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.PeerStir;
import sotto.proxy.config.Peering;
import sotto.proxy.config.Substitution;
import sotto.proxy.sdp.CodecPolicy;
import sotto.proxy.stir.Pki;

/** Callers' numbers, verified, over sockets. */
@Execution(ExecutionMode.CONCURRENT)
final class StirCallTest {
    private static final String X5U = Pki.X5U;
    private static final PeerPolicy TRUSTED = new PeerPolicy(true, Rules.NONE, Rules.NONE, CodecPolicy.ANY);
    private static final String FROM = "+12155551212";
    private static final String TO = "+12125551213";

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private final KeyPair keys = Pki.keys("secp256r1");

    @TempDir
    Path home;

    private Optional<Rig> rig = Optional.empty();

    StirCallTest() throws IOException {}

    @AfterEach
    void stop() {
        rig.ifPresent(Rig::close);
        trunk.close();
        agents.close();
    }

    private PeerSettings carrier() {
        return Rig.peer("carrier", trunk.port(), PeerSettings.Transport.UDP);
    }

    private PeerSettings pbx() {
        return Rig.peer("pbx", agents.port(), PeerSettings.Transport.UDP);
    }

    private Rig start(PeerSettings ofTrunk, PeerSettings ofAgents) throws IOException {
        Rig started = new Rig(
                ports,
                new Rig.Options(Peering.of(ofTrunk, ofAgents), Duration.ofSeconds(60), 100, Optional.empty()),
                Duration.ofMinutes(5));
        rig = Optional.of(started);
        return started;
    }

    private PeerStir verification(boolean isRequired) {
        Pki pki = new Pki(home);
        pki.store(X5U, pki.usual(keys));
        pki.store("https://self.example", selfSigned(pki));
        return new PeerStir(
                Optional.of(
                        new PeerStir.Verification(isRequired, pki.certificates, pki.anchors, Duration.ofSeconds(60))),
                List.of(),
                Optional.empty());
    }

    private Pki.Wanted selfSigned(Pki pki) {
        Pki.Wanted usual = pki.usual(keys);
        return new Pki.Wanted("CN=Own", keys, usual.numbers(), usual.from(), usual.to(), keys);
    }

    private String identity(String x5u, String orig, long iat) {
        return "Identity: "
                + Pki.identity(
                        keys,
                        "{\"alg\":\"ES256\",\"ppt\":\"shaken\",\"typ\":\"passport\",\"x5u\":\"" + x5u + "\"}",
                        "{\"attest\":\"A\",\"dest\":{\"tn\":[\"12125551213\"]},\"iat\":" + iat + ",\"orig\":{\"tn\":\""
                                + orig + "\"},\"origid\":\"123e4567-e89b-12d3-a456-426655440000\"}",
                        ";info=<" + x5u + ">;alg=ES256;ppt=shaken")
                + "\r\n";
    }

    private String identity() {
        return identity(X5U, "12155551212", now());
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private static String invite(RawPeer of, String name, String from, String more) {
        return of.invite(name, more, of.sdp("sendrecv"))
                .replace("<sip:ann@127.0.0.1>", "<sip:" + from + "@127.0.0.1;user=phone>")
                .replace("sip:agent@127.0.0.1", "sip:" + TO + "@127.0.0.1");
    }

    private String seenByAgents(String name, String from, String more) {
        trunk.send(invite(trunk, name, from, more));
        return agents.await("INVITE ");
    }

    @Test
    void aVerifiedCallTellsSoToWhomWeTrust() throws IOException {
        Rig running = start(carrier().with(verification(true)), pbx().with(TRUSTED));
        String invite = seenByAgents("v1", FROM, identity());
        assertThat(RawPeer.header(invite, "From"))
                .startsWith("\"Ann\" <sip:+12155551212;verstat=TN-Validation-Passed@127.0.0.1;user=phone>;tag=");
        assertThat(invite).doesNotContain("Identity:");
        CallView.IdentityView seen =
                running.calls.find("v1").flatMap(CallView::identity).orElseThrow();
        assertThat(seen)
                .isEqualTo(new CallView.IdentityView(
                        Optional.of("TN-Validation-Passed"),
                        Optional.empty(),
                        Optional.of("A"),
                        Optional.of("123e4567-e89b-12d3-a456-426655440000"),
                        Optional.of("O=Carrier,CN=Signer")));
        assertThat(running.told.verified).containsExactly("passed");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        trunk.send(trunk.within(trunk.await("SIP/2.0 200"), "ACK", 1, ""));
        trunk.send(trunk.within(trunk.await("SIP/2.0 200"), "BYE", 2, ""));
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        running.untilEmpty();
        assertThat(running.told.ended)
                .singleElement()
                .satisfies(end -> assertThat(end.call().identity()).contains(seen));
    }

    @Test
    void theShortNameAndTheAssertedNumber() throws IOException {
        Rig running = start(carrier().with(verification(true)).with(TRUSTED), pbx().with(TRUSTED));
        String invite = seenByAgents(
                "v2",
                "+49301",
                identity().replace("Identity:", "y:") + "P-Asserted-Identity: <tel:+1-215-555-1212>, <sip:" + FROM
                        + ";verstat=TN-Validation-Failed@inside.example>\r\n");
        assertThat(RawPeer.header(invite, "From"))
                .as("another number than the signed one")
                .contains("<sip:+49301;verstat=No-TN-Validation@127.0.0.1;user=phone>");
        assertThat(invite)
                .contains("<tel:+1-215-555-1212;verstat=TN-Validation-Passed>")
                .contains("<sip:+12155551212;verstat=TN-Validation-Passed@127.0.0.1;user=phone>")
                .doesNotContain("Failed", "inside.example");
        assertThat(running.told.verified).containsExactly("passed");
    }

    @Test
    void theAssertedNumberOfAStrangerVouchesForNoOther() throws IOException {
        Rig running = start(carrier().with(verification(true)), pbx().with(TRUSTED));
        String more = identity() + "P-Asserted-Identity: <tel:" + FROM + ">\r\n";
        trunk.send(invite(trunk, "v6", "+49301", more));
        trunk.await("SIP/2.0 438 Invalid Identity Header\r\n");
        assertThat(running.told.verified).containsExactly("other-call");
    }

    @Test
    void aNumberThatRulesGiveItsFormIsTheSame() throws IOException {
        NumberRule international = new NumberRule(PeerPolicy.Party.BOTH, Substitution.ofPrefix("2", "+12"));
        PeerPolicy policy =
                new PeerPolicy(false, new Rules(List.of(international), List.of()), Rules.NONE, CodecPolicy.ANY);
        start(carrier().with(verification(true)).with(policy), pbx().with(TRUSTED));
        String invite = seenByAgents("v7", FROM.substring(2), identity());
        assertThat(invite).contains("<sip:+12155551212;verstat=TN-Validation-Passed@127.0.0.1;user=phone>");
    }

    @Test
    void towardsOthersThereIsNoResult() throws IOException {
        Rig running = start(carrier().with(verification(false)), pbx());
        String invite = seenByAgents("v3", FROM + ";verstat=TN-Validation-Passed", identity());
        assertThat(invite).doesNotContain("verstat").contains("<sip:+12155551212@127.0.0.1>");
        assertThat(running.calls.find("v3").orElseThrow().from()).isEqualTo(FROM);
    }

    @Test
    void whatAStrangerSaysOfItselfDoesNotCross() throws IOException {
        start(carrier(), pbx().with(TRUSTED));
        String invite = seenByAgents(
                "v4",
                FROM + ";verstat=TN-Validation-Passed",
                "P-Asserted-Identity: <tel:+12155551212;verstat=TN-Validation-Passed>\r\n");
        assertThat(invite).doesNotContain("verstat");
    }

    @Test
    void whatATrustedPeerVerifiedCrosses() throws IOException {
        start(carrier().with(TRUSTED), pbx().with(TRUSTED));
        String invite = seenByAgents(
                "v5",
                FROM + ";verstat=TN-Validation-Passed",
                "P-Asserted-Identity: <tel:+12155551212;verstat=TN-Validation-Failed>\r\n");
        assertThat(invite)
                .contains("<sip:+12155551212;verstat=TN-Validation-Passed@127.0.0.1;user=phone>")
                .contains("<tel:+12155551212;verstat=TN-Validation-Failed>");
    }

    private String headers(String what) {
        return switch (what) {
            case "nothing" -> "";
            case "a late one" -> identity(X5U, "12155551212", now() - 90);
            case "no file" -> identity("https://nowhere.example/a", "12155551212", now());
            case "its own authority" -> identity("https://self.example", "12155551212", now());
            case "another number" -> identity(X5U, "12155551299", now());
            case "forged" -> identity().replaceFirst("\\.([^.;]{4})([^.;]{4})([^.;]{78});", ".$2$1$3;");
            default -> "Identity: nonsense\r\n";
        };
    }

    @ParameterizedTest(name = "{0}: {1} gets {2}")
    @CsvSource(
            textBlock =
                    """
            # section,         an INVITE with,    gets,                        counted,               marked
            RFC 8224 §6.2.2,   nothing,           428 Use Identity Header,     no-identity,           No-TN-Validation
            RFC 8224 §6.2.2,   a late one,        403 Stale Date,              stale-date,            TN-Validation-Failed
            RFC 8224 §6.2.2,   no file,           436 Bad Identity Info,       no-certificate,        No-TN-Validation
            RFC 8224 §6.2.2,   its own authority, 437 Unsupported Credential,  untrusted-certificate, TN-Validation-Failed
            RFC 8224 §6.2.2,   another number,    438 Invalid Identity Header, other-call,            TN-Validation-Failed
            RFC 8224 §6.2.2,   forged,            438 Invalid Identity Header, bad-signature,         TN-Validation-Failed
            RFC 8224 §6.2.2,   nonsense,          438 Invalid Identity Header, malformed,             TN-Validation-Failed
            """)
    void refusedWhereItIsRequiredAndMarkedElse(
            String section, String what, String status, String counted, String marked) throws IOException {
        Rig strict = start(carrier().with(verification(true)), pbx().with(TRUSTED));
        trunk.send(invite(trunk, "r1", FROM, headers(what)));
        String refusal = trunk.await("SIP/2.0 4");
        assertThat(RawPeer.firstLine(refusal)).isEqualTo("SIP/2.0 " + status);
        assertThat(RawPeer.header(refusal, "Reason"))
                .startsWith("STIR;cause=" + status.substring(0, 3) + ";text=\"" + status.substring(4) + "\"");
        Rig.until("told", () -> strict.told.refused.contains("identity-refused " + status.substring(0, 3)));
        assertThat(strict.told.verified).containsExactly(counted);
        trunk.send(trunk.request("ACK", "sip:" + TO + "@127.0.0.1", "r1", RawPeer.header(refusal, "To"), 1, "", ""));
        strict.untilEmpty();
        assertThat(agents.count("INVITE ")).isZero();
        strict.close();
        Rig lenient = start(carrier().with(verification(false)), pbx().with(TRUSTED));
        assertThat(seenByAgents("r2", FROM, headers(what))).contains(";verstat=" + marked + "@");
        CallView.IdentityView seen =
                lenient.calls.find("r2").flatMap(CallView::identity).orElseThrow();
        assertThat(seen.verstat()).contains(marked);
        assertThat(seen.reason()).contains(counted);
        assertThat(seen.attest()).isEmpty();
    }

    @Test
    void theSameSignatureForAnotherCallIsRefused() throws IOException {
        Rig running = start(carrier().with(verification(true)), pbx());
        String identity = identity();
        seenByAgents("p1", FROM, identity);
        trunk.send(invite(trunk, "p2", FROM, identity));
        assertThat(RawPeer.firstLine(trunk.await("SIP/2.0 438"))).isEqualTo("SIP/2.0 438 Invalid Identity Header");
        assertThat(running.told.verified).containsExactly("passed", "replayed");
    }
}
