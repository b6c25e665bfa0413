package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.MaskRefused;
import sotto.media.Masking;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.config.PeerPolicy.NumberRule;
import sotto.proxy.config.PeerPolicy.Party;
import sotto.proxy.config.PeerPolicy.Refer;
import sotto.proxy.config.PeerPolicy.Rules;
import sotto.proxy.config.Substitution;
import sotto.proxy.sdp.CodecPolicy;

/** The rows of {@link Transfers} for {@code pass}: the other side is asked, and sees nothing of who asks. */
final class ReferPassTest {

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private Rig rig = rig(Refer.PASS);
    private String invite = "";
    private String ok = "";

    ReferPassTest() throws IOException {}

    private Rig rig(Refer ofTrunk) throws IOException {
        Rules international =
                new Rules(List.of(new NumberRule(Party.CALLED, Substitution.ofPrefix("0", "+49"))), List.of());
        PeerPolicy ofAgents = new PeerPolicy(false, international, Rules.NONE, CodecPolicy.ANY);
        return Rig.between(
                ports,
                trunk,
                PeerPolicy.USUAL.with(new PeerPolicy.Requests(ofTrunk, Set.of(), false)),
                agents,
                ofAgents.with(new PeerPolicy.Requests(Refer.PASS, Set.of(), false)));
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
    }

    private void refer(int cseq, String more) {
        agents.send(
                agents.within(invite, "callee", "REFER", cseq, "").replace("Content-Length", more + "Content-Length"));
    }

    private String notify(String refer, int cseq, String state, String body) {
        return trunk.within(ok, "NOTIFY", cseq, body)
                .replace(
                        "Content-Type: application/sdp",
                        "Event: refer;id=" + RawPeer.header(refer, "CSeq").split(" ")[0] + "\r\nSubscription-State: "
                                + state + "\r\nContent-Type: message/sipfrag;version=2.0");
    }

    private void bothHangUp() {
        trunk.send(trunk.within(ok, "BYE", 99, ""));
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void itCrossesAndItsNoticesComeBack() {
        establish("p1");
        refer(5, "Refer-To: \"Bob\" <sip:0300@pbx.inside:5070;x=y>\r\nReferred-By: <sip:7@pbx.inside>\r\n");
        String across = trunk.await("REFER ");
        assertThat(across).doesNotContain("pbx.inside", "Bob", "callee", ":" + agents.port());
        assertThat(RawPeer.header(across, "Refer-To")).isEqualTo("<sip:+49300@127.0.0.1:" + ports.sip() + ">");
        assertThat(RawPeer.header(across, "Call-ID")).isEqualTo("p1");
        assertThat(RawPeer.header(across, "Contact")).contains("127.0.0.1:" + ports.sip());
        trunk.reply(across, "202 Accepted", "", "");
        assertThat(agents.await("SIP/2.0 202")).doesNotContain(":" + trunk.port());

        trunk.send(notify(across, 2, "active;expires=60", "SIP/2.0 100 Trying\r\n"));
        trunk.await("SIP/2.0 200", 2);
        String first = agents.await("NOTIFY ");
        agents.reply(first, "200 OK", "", "");
        assertThat(first)
                .contains("Event: refer;id=5", "Subscription-State: active;expires=60")
                .contains("Content-Type: message/sipfrag;version=2.0")
                .endsWith("\r\n\r\nSIP/2.0 100 Trying\r\n");
        trunk.send(notify(
                across,
                3,
                "terminated;reason=noresource",
                "SIP/2.0 200 Inside 10.1.2.3\r\nContact: <sip:x@10.1.2.3>\r\n"));
        String last = agents.await("NOTIFY ", 2);
        agents.reply(last, "200 OK", "", "");
        assertThat(last)
                .contains("Subscription-State: terminated;reason=noresource")
                .endsWith("\r\n\r\nSIP/2.0 200 OK\r\n")
                .doesNotContain("10.1.2.3");
        trunk.send(notify(across, 4, "active", "SIP/2.0 100 Trying\r\n"));
        trunk.await("SIP/2.0 481"); // it is over
        agents.send(agents.within(invite, "callee", "BYE", 6, ""));
        trunk.reply(trunk.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @ParameterizedTest(name = "{0} becomes {1}")
    @CsvSource({"603 Decline, 603", "405 Method Not Allowed, 603", "481 Gone, 480", "503 Service Unavailable, 500"})
    void aRefusalCrossesToo(String theirs, int seen) {
        establish("p2");
        refer(5, "Refer-To: <sip:0300@pbx.inside>\r\n");
        trunk.reply(trunk.await("REFER "), theirs, "", "");
        agents.await("SIP/2.0 " + seen);
        bothHangUp();
    }

    @Test
    void aDialogOfOursIsNamedAsTheOtherSideKnowsIt() {
        establish("p3");
        agents.send(agents.invite("p4", "", agents.sdp("sendrecv"))); // the consultation
        String second = trunk.await("INVITE ");
        trunk.reply(second, "200 OK", "expert", trunk.sdp("sendrecv"));
        String okOfSecond = agents.await("SIP/2.0 200");
        agents.send(agents.within(okOfSecond, "ACK", 1, ""));
        Rig.until("both are up", () -> rig.told.answered.size() == 2);
        String tag = RawPeer.tag(RawPeer.header(okOfSecond, "To"));
        refer(5, "Refer-To: <sip:0300@pbx.inside?Replaces=p4%3Bto-tag%3D" + tag + "%3Bfrom-tag%3Dfp4>\r\n");
        String across = trunk.await("REFER ");
        assertThat(across).doesNotContain("p4", tag, "pbx.inside");
        assertThat(RawPeer.header(across, "Refer-To"))
                .isEqualTo("<sip:+49300@127.0.0.1:" + ports.sip() + "?Replaces="
                        + RawPeer.header(second, "Call-ID").replace("@", "%40") + "%3Bto-tag%3Dexpert%3Bfrom-tag%3D"
                        + RawPeer.tag(RawPeer.header(second, "From")) + ">");
        trunk.reply(across, "202 Accepted", "", "");
        agents.await("SIP/2.0 202");
        agents.send(agents.within(okOfSecond, "BYE", 2, ""));
        trunk.reply(trunk.await("BYE "), "200 OK", "", "");
        bothHangUp();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a dialog that nobody knows, <sip:1@x?Replaces=zz%3Bto-tag%3Da%3Bfrom-tag%3Db>",
        "a dialog of this very call, <sip:1@x?Replaces=CALL%3Bto-tag%3DTAG%3Bfrom-tag%3Dcallee>"
    })
    void otherDialogsAreNotNamedAcross(String what, String target) {
        establish("p5");
        String value = target.replace("CALL", RawPeer.header(invite, "Call-ID").replace("@", "%40"))
                .replace("TAG", RawPeer.tag(RawPeer.header(invite, "From")));
        refer(5, "Refer-To: " + value + "\r\n");
        agents.await("SIP/2.0 603");
        assertThat(trunk.count("REFER ")).as(what).isZero();
        bothHangUp();
    }

    @Test
    void bothPeersHaveToPass() throws IOException {
        rig.close();
        rig = rig(Refer.REFUSE);
        establish("p6");
        refer(5, "Refer-To: <sip:0300@pbx.inside>\r\n");
        agents.await("SIP/2.0 603");
        assertThat(trunk.count("REFER ")).isZero();
        trunk.send(notify("CSeq: 1 REFER", 2, "active", "SIP/2.0 100 Trying\r\n"));
        trunk.await("SIP/2.0 405");
        bothHangUp();
    }

    @Test
    void aMaskedCallIsNotTransferredThereEither() throws MaskRefused {
        establish("p7");
        Rig.until("it is up", () -> !rig.told.answered.isEmpty());
        String id = rig.calls.list().getFirst().id();
        try (Masking masking = rig.calls.media(id).orElseThrow().mask()) {
            assertThat(masking.sinks()).isNotEmpty();
            refer(5, "Refer-To: <sip:0300@pbx.inside>\r\n");
            agents.await("SIP/2.0 488");
            assertThat(trunk.count("REFER ")).isZero();
        }
        bothHangUp();
    }

    @Test
    void aFragmentThatIsNoneIsRefused() {
        establish("p8");
        refer(5, "Refer-To: <sip:0300@pbx.inside>\r\n");
        String across = trunk.await("REFER ");
        trunk.reply(across, "202 Accepted", "", "");
        agents.await("SIP/2.0 202");
        trunk.send(notify(across, 2, "active", "4111 1111 1111 1111\r\n"));
        trunk.await("SIP/2.0 400");
        assertThat(agents.count("NOTIFY ")).isZero();
        bothHangUp();
    }
}
