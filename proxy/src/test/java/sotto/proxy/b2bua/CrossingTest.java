package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.MaskRefused;
import sotto.media.Masking;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.config.PeerPolicy.Refer;
import sotto.proxy.config.PeerPolicy.Requests;

/** The rows of {@link Crossing}, and of MESSAGE outside of a call. */
final class CrossingTest {
    private static final Requests ALL = new Requests(Refer.REFUSE, Set.of("application/vnd.example+xml"), true);

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private Rig rig = rig(ALL, ALL);
    private String invite = "";
    private String ok = "";

    CrossingTest() throws IOException {}

    private Rig rig(Requests ofTrunk, Requests ofAgents) throws IOException {
        return Rig.between(ports, trunk, PeerPolicy.USUAL.with(ofTrunk), agents, PeerPolicy.USUAL.with(ofAgents));
    }

    @AfterEach
    void stop() {
        rig.close();
        trunk.close();
        agents.close();
    }

    private void establish(String name) {
        trunk.send(trunk.invite(name, "", trunk.sdp("sendrecv")));
        invite = agents.await("INVITE ");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        ok = trunk.await("SIP/2.0 200");
        agents.await("ACK ");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        Rig.until("it is up", () -> rig.told.answered.size() == 1);
    }

    private String of(String method, int cseq, String type, String body) {
        return trunk.within(ok, method, cseq, body).replace("application/sdp", type);
    }

    private void bothHangUp() {
        trunk.send(trunk.within(ok, "BYE", 99, ""));
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource({"INFO, application/vnd.example+xml, <x/>", "MESSAGE, text/plain, Hello"})
    void whatPassesCrossesAsItIs(String method, String type, String body) {
        establish("c1");
        assertThat(RawPeer.header(ok, "Allow")).contains("INFO", "MESSAGE");
        trunk.send(of(method, 2, type + ";charset=utf-8\r\nX-Inside: 10.1.2.3", body));
        String across = agents.await(method + " ");
        assertThat(across)
                .contains("Content-Type: " + type + "\r\n", "Max-Forwards: 69", "tag=callee")
                .endsWith("\r\n\r\n" + body)
                .doesNotContain("10.1.2.3", "Call-ID: c1\r\n", ":" + trunk.port());
        agents.reply(across, "200 OK", "", "");
        trunk.await("SIP/2.0 200", 2);
        bothHangUp();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            keys                         | 415 | INFO    | application/dtmf-relay      | Signal=4
            keys                         | 415 | INFO    | application/dtmf            | 4
            a type that is not named     | 415 | INFO    | text/plain                  | 4
            RFC 3428 §4                  | 415 | MESSAGE | message/cpim                | From: x
            RFC 3261 §20.12              | 415 | MESSAGE | text/plain~Content-Encoding: gzip | x
            RFC 3428 §8                  | 513 | MESSAGE | text/plain                  | LONG
            RFC 6086 §4.2.2              | 469 | INFO    | application/vnd.example+xml~Info-Package: g | x
            RFC 3261 §8.2.2.3            | 420 | INFO    | application/vnd.example+xml~Require: ours | x
            """)
    void whatDoesNotPass(String what, int status, String method, String type, String body) {
        establish("c2");
        String text = body.equals("LONG") ? "x".repeat(Crossing.MOST_BYTES + 1) : body;
        trunk.send(of(method, 2, type.replace("~", "\r\n"), text));
        trunk.await("SIP/2.0 " + status);
        assertThat(agents.count(method + " ")).as(what).isZero();
        bothHangUp();
    }

    @ParameterizedTest
    @CsvSource({"INFO, application/vnd.example+xml", "MESSAGE, text/plain", "INFO, application/kpml-response+xml"})
    void nothingPassesWhileMasked(String method, String type) throws MaskRefused {
        establish("c3");
        String id = rig.calls.list().getFirst().id();
        try (Masking masking = rig.calls.media(id).orElseThrow().mask()) {
            assertThat(masking.sinks()).isNotEmpty();
            trunk.send(of(method, 2, type, "4111"));
            trunk.await("SIP/2.0 488");
            agents.send(agents.within(invite, "callee", method, 2, ""));
            agents.await("SIP/2.0 488");
            assertThat(agents.count(method + " ")).isZero();
        }
        bothHangUp();
    }

    private Masking mask() throws MaskRefused {
        return rig.calls.media(rig.calls.list().getFirst().id()).orElseThrow().mask();
    }

    private static void takes(Masking masking, int... keys) throws InterruptedException {
        for (int key : keys) {
            assertThat(masking.nextKey(Duration.ofSeconds(20))).isEqualTo(key);
        }
        assertThat(masking.nextKey(Duration.ofMillis(20))).isEqualTo(Masking.NO_KEY);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theCallersKeysEndInThePayment(boolean policy) throws Exception {
        rig.close();
        rig = policy ? rig(ALL, ALL) : rig(Requests.NONE, Requests.NONE);
        establish("k1");
        assertThat(RawPeer.header(ok, "Allow"))
                .as("phones send keys where it is")
                .contains("INFO");
        assertThat(RawPeer.header(invite, "Allow").contains("INFO")).isEqualTo(policy);
        try (Masking masking = mask()) {
            trunk.send(of("INFO", 2, "application/dtmf-relay", "Signal=4\r\nDuration=160\r\n"));
            trunk.await("SIP/2.0 200", 2);
            trunk.send(of("INFO", 3, "Application/DTMF;charset=utf-8", "#\r\n"));
            trunk.await("SIP/2.0 200", 3);
            takes(masking, 4, 11);
        }
        trunk.send(of("INFO", 4, "application/dtmf-relay", "Signal=5")); // going off, until a packet tells that it may
        trunk.await("SIP/2.0 200", 4);
        assertThat(agents.count("INFO ")).isZero();
        bothHangUp();
    }

    @Test
    void aKeySentAgainIsOneKey() throws Exception {
        establish("k2");
        try (Masking masking = mask()) {
            String info = of("INFO", 2, "application/dtmf-relay", "Signal=4");
            trunk.send(info);
            trunk.await("SIP/2.0 200", 2);
            Rig.until("its 200 again, which was lost", () -> {
                trunk.send(info); // more than once: one that comes before the 200 is kept has no answer
                return trunk.count("SIP/2.0 200") >= 3;
            });
            trunk.send(info.replace("branch=z9hG4bK", "branch=z9hG4bKother")); // by another way
            trunk.await("SIP/2.0 500");
            trunk.send(of("INFO", 3, "application/dtmf-relay", "Signal=4"));
            trunk.await("SIP/2.0 200", 4);
            takes(masking, 4, 4);
        }
        bothHangUp();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            400 | malformed-key         | application/dtmf-relay                  | Signal=
            400 | malformed-key         | application/dtmf-relay                  | 4
            400 | malformed-key         | application/dtmf                        | 4111
            415 | message-refused       | application/dtmf~Content-Encoding: gzip | 4
            469 | message-refused       | application/dtmf~Info-Package: g        | 4
            420 | unsupported-extension | application/dtmf~Require: ours          | 4
            """)
    void aKeyThatCannotBeReadIsNone(int status, String cause, String type, String body) throws Exception {
        establish("k3");
        try (Masking masking = mask()) {
            trunk.send(of("INFO", 2, type.replace("~", "\r\n"), body));
            String refusal = trunk.await("SIP/2.0 " + status);
            if (status == 400) {
                assertThat(RawPeer.header(refusal, "Warning")).contains("no key in the body");
            }
            trunk.send(of("INFO", 3, "application/dtmf", "7"));
            trunk.await("SIP/2.0 200", 2);
            takes(masking, 7);
        }
        assertThat(rig.told.refused).contains(cause + " " + status);
        assertThat(agents.count("INFO ")).isZero();
        bothHangUp();
    }

    @Test
    void theAgentsKeysAreNoneOfThePayment() throws Exception {
        establish("k4");
        try (Masking masking = mask()) {
            agents.send(agents.within(invite, "callee", "INFO", 2, "Signal=4")
                    .replace("application/sdp", "application/dtmf-relay"));
            agents.await("SIP/2.0 488");
            takes(masking);
        }
        bothHangUp();
    }

    @Test
    void offKeysAreRefusedAndTheirTypesNamed() throws IOException {
        rig.close();
        rig = rig(Requests.NONE, Requests.NONE);
        establish("k5");
        trunk.send(of("INFO", 2, "application/dtmf-relay", "Signal=4"));
        assertThat(trunk.await("SIP/2.0 415")).contains("application/dtmf-relay");
        agents.send(agents.within(invite, "callee", "INFO", 2, "4").replace("application/sdp", "application/dtmf"));
        agents.await("SIP/2.0 405");
        bothHangUp();
    }

    @Test
    void withoutThePolicyItIsRefused() throws IOException {
        rig.close();
        rig = rig(Requests.NONE, ALL);
        establish("c4");
        trunk.send(of("INFO", 2, "application/vnd.example+xml", "<x/>"));
        trunk.send(of("MESSAGE", 3, "text/plain", "Hello"));
        trunk.await("SIP/2.0 405", 2);
        agents.send(agents.within(invite, "callee", "MESSAGE", 2, ""));
        agents.await("SIP/2.0 403"); // the other one takes none
        agents.send(agents.within(invite, "callee", "INFO", 3, "<x/>")
                .replace("application/sdp", "application/vnd.example+xml"));
        agents.await("SIP/2.0 415");
        trunk.send(trunk.request("MESSAGE", "sip:7@127.0.0.1", "c5", "<sip:7@127.0.0.1>", 1, "", "Hello"));
        trunk.await("SIP/2.0 405", 3);
        bothHangUp();
    }

    @Test
    void aRefusalOfTheOtherSideComesBack() {
        establish("c6");
        trunk.send(of("INFO", 2, "application/vnd.example+xml", "<x/>"));
        agents.reply(agents.await("INFO "), "404 Not Found", "", "");
        trunk.await("SIP/2.0 404");
        bothHangUp();
    }

    private String message(String name, String more, String body) {
        return trunk.request("MESSAGE", "sip:7@127.0.0.1", name, "<sip:7@127.0.0.1>", 1, more, body)
                .replace("application/sdp", "text/plain")
                .replaceAll("Contact:.*\r\n", ""); // RFC 3428 §4
    }

    @Test
    void aMessageIsRoutedLikeACall() {
        trunk.send(message("m1", "X-Inside: 10.1.2.3\r\n", "Hello"));
        String across = agents.await("MESSAGE sip:7@127.0.0.1:" + agents.port());
        assertThat(across)
                .contains("ann@", "Max-Forwards: 69", "Content-Type: text/plain\r\n")
                .endsWith("\r\n\r\nHello")
                .doesNotContain("m1", "10.1.2.3", "Contact", ":" + trunk.port());
        agents.reply(across, "202 Accepted", "x", "");
        trunk.await("SIP/2.0 200");
        assertThat(rig.calls.list()).isEmpty();
        Rig.until("no room is held", () -> rig.calls.peers().stream().allMatch(peer -> peer.calls() == 0));
    }

    @Test
    void aMessageThatNobodyTakesComesBack() {
        trunk.send(message("m2", "", "Hello"));
        agents.reply(agents.await("MESSAGE "), "486 Busy Here", "x", "");
        trunk.await("SIP/2.0 486");
        trunk.send(message("m3", "", "x".repeat(Crossing.MOST_BYTES + 1)));
        trunk.await("SIP/2.0 513");
        trunk.send(message("m4", "", "Hello").replace("text/plain", "text/html"));
        trunk.await("SIP/2.0 415");
        assertThat(agents.count("MESSAGE ")).isEqualTo(1);
        Rig.until("no room is held", () -> rig.calls.peers().stream().allMatch(peer -> peer.calls() == 0));
    }
}
