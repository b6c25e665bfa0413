package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.MaskRefused;
import sotto.media.Masking;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.config.PeerPolicy.Refer;

/** The rows of {@link Replacement}: an INVITE for the place of a dialog that is there. */
final class ReplacementTest {

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private Rig rig = rig(Refer.LOCAL);
    private String invite = "";
    private String ok = "";

    ReplacementTest() throws IOException {}

    private Rig rig(Refer refer) throws IOException {
        PeerPolicy policy = PeerPolicy.USUAL.with(new PeerPolicy.Requests(refer, Set.of(), false));
        return Rig.between(ports, trunk, policy, agents, policy);
    }

    @AfterEach
    void stop() {
        rig.close();
        trunk.close();
        agents.close();
    }

    private void ring(String name) {
        trunk.send(trunk.invite(name, "", trunk.sdp("sendrecv")));
        invite = agents.await("INVITE ");
    }

    private void establish(String name) {
        ring(name);
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        ok = trunk.await("SIP/2.0 200");
        agents.await("ACK ");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        Rig.until("it is up", () -> rig.told.answered.size() == 1);
    }

    /** As the agent sees its dialog. */
    private String replaces() {
        return "Replaces: " + RawPeer.header(invite, "Call-ID") + ";to-tag="
                + RawPeer.tag(RawPeer.header(invite, "From")) + ";from-tag=callee";
    }

    private void bothHangUp() {
        trunk.send(trunk.within(ok, "BYE", 99, ""));
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void aColleagueTakesTheCall() {
        establish("r1");
        agents.send(agents.invite("r2", "Require: replaces\r\n" + replaces() + "\r\n", agents.sdp("sendrecv")));
        String taken = agents.await("SIP/2.0 200");
        assertThat(taken).contains("m=audio ").contains("Call-ID: r2");
        agents.send(agents.within(taken, "ACK", 1, ""));
        String bye = agents.await("BYE ");
        assertThat(RawPeer.header(bye, "Call-ID")).isEqualTo(RawPeer.header(invite, "Call-ID"));
        agents.reply(bye, "200 OK", "", "");
        assertThat(trunk.count("INVITE ")).isZero();
        assertThat(rig.calls.list()).singleElement().satisfies(call -> assertThat(call.legs())
                .extracting(CallView.LegView::sipCallId)
                .containsExactly("r1", "r2"));
        agents.send(agents.within(taken, "BYE", 2, ""));
        trunk.reply(trunk.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
        assertThat(rig.calls.peers()).allMatch(peer -> peer.calls() == 0);
    }

    @Test
    void whoWasHeldIsHeardAgain() {
        establish("r3");
        agents.send(agents.within(invite, "callee", "INVITE", 3, agents.sdp("sendonly")));
        trunk.reply(trunk.await("INVITE "), "200 OK", "", trunk.sdp("recvonly"));
        agents.await("SIP/2.0 200");
        agents.send(agents.within(invite, "callee", "ACK", 3, ""));
        trunk.await("ACK ");
        Rig.until("it is over", () -> trunk.count("ACK ") == 1);
        agents.send(agents.invite("r4", replaces() + "\r\n", agents.sdp("sendrecv")));
        String taken = agents.await("SIP/2.0 200", 2);
        agents.send(agents.within(taken, "ACK", 1, ""));
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        String resume = trunk.await("INVITE ", 2);
        assertThat(resume).contains("a=sendrecv");
        trunk.reply(resume, "200 OK", "", trunk.sdp("sendrecv"));
        trunk.await("ACK ", 2);
        trunk.send(trunk.within(ok, "BYE", 99, ""));
        agents.reply(agents.await("BYE ", 2), "200 OK", "", "");
        rig.untilEmpty();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            RFC 3891 §3, twice                  | 400 | REPLACES~REPLACES
            RFC 3891 §6.1, a tag is missing     | 400 | Replaces: x;to-tag=1
            RFC 3891 §3, no such dialog         | 481 | Replaces: x;to-tag=1;from-tag=2
            RFC 3891 §3, the tags are swapped   | 481 | Replaces: CALL;to-tag=callee;from-tag=TAG
            RFC 3891 §3, only while it rings    | 486 | REPLACES;early-only
            RFC 3261 §8.2.2.3                   | 420 | REPLACES~Require: nothing-of-ours
            """)
    void isNotTaken(String what, int status, String more) {
        establish("r5");
        String headers = more.strip()
                .replace("REPLACES", replaces())
                .replace("CALL", RawPeer.header(invite, "Call-ID"))
                .replace("TAG", RawPeer.tag(RawPeer.header(invite, "From")))
                .replace("~", "\r\n");
        agents.send(agents.invite("r6", headers + "\r\n", agents.sdp("sendrecv")));
        agents.send(RawPeer.ack(agents.await("SIP/2.0 " + status)));
        assertThat(rig.calls.list()).as(what).hasSize(1);
        bothHangUp();
    }

    @Test
    void whatRingsIsNotTaken() {
        ring("r7");
        agents.send(agents.invite("r8", replaces() + "\r\n", agents.sdp("sendrecv")));
        agents.send(RawPeer.ack(agents.await("SIP/2.0 481"))); // its tag is not known to us yet
        agents.reply(invite, "486 Busy Here", "callee", "");
        trunk.send(RawPeer.ack(trunk.await("SIP/2.0 486")));
        rig.untilEmpty();
    }

    @Test
    void anotherPeersDialogIsNotTaken() {
        establish("r9");
        trunk.send(trunk.invite("r10", replaces() + "\r\n", trunk.sdp("sendrecv")));
        trunk.send(RawPeer.ack(trunk.await("SIP/2.0 481")));
        bothHangUp();
    }

    @Test
    void aMaskedCallIsNotTaken() throws MaskRefused {
        establish("r11");
        String id = rig.calls.list().getFirst().id();
        try (Masking masking = rig.calls.media(id).orElseThrow().mask()) {
            assertThat(masking.sinks()).isNotEmpty();
            agents.send(agents.invite("r12", replaces() + "\r\n", agents.sdp("sendrecv")));
            agents.send(RawPeer.ack(agents.await("SIP/2.0 488")));
        }
        bothHangUp();
    }

    @Test
    void withoutThePolicyNothingIsTaken() throws IOException {
        rig.close();
        rig = rig(Refer.REFUSE);
        establish("r13");
        agents.send(agents.invite("r14", replaces() + "\r\n", agents.sdp("sendrecv")));
        agents.send(RawPeer.ack(agents.await("SIP/2.0 481")));
        bothHangUp();
    }

    @Test
    void withoutAnOfferOrACodecThatIsThereNothingChanges() {
        establish("r15");
        agents.send(agents.invite("r16", replaces() + "\r\n", ""));
        agents.send(RawPeer.ack(agents.await("SIP/2.0 488")));
        agents.send(
                agents.invite("r17", replaces() + "\r\n", agents.sdp("sendrecv").replace("RTP/AVP 8", "RTP/AVP 9")));
        agents.send(RawPeer.ack(agents.await("SIP/2.0 488", 2)));
        assertThat(agents.count("BYE ")).isZero();
        bothHangUp();
    }
}
