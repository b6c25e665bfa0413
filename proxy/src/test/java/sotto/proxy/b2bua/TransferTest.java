package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.MaskRefused;
import sotto.media.Masking;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.config.PeerPolicy.Refer;

/** The rows of {@link Transfer} and of {@link Transfers} for {@code local}: an agent's REFER, done by us. */
final class TransferTest {

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private Rig rig = rig(Refer.LOCAL);
    private String invite = "";
    private String ok = "";

    TransferTest() throws IOException {}

    private Rig rig(Refer refer) throws IOException {
        PeerPolicy policy = PeerPolicy.USUAL.with(new PeerPolicy.Requests(refer, Set.of(), false));
        return Rig.between(ports, trunk, PeerPolicy.USUAL, agents, policy);
    }

    @AfterEach
    void stop() {
        rig.close();
        trunk.close();
        agents.close();
    }

    /** A call that the agent has answered. */
    private void establish(String name) {
        trunk.send(trunk.invite(name, "", trunk.sdp("sendrecv")));
        invite = agents.await("INVITE ");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        ok = trunk.await("SIP/2.0 200");
        agents.await("ACK ");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        Rig.until("the ACK is there", () -> rig.told.answered.size() == 1);
    }

    private String refer(int cseq, String more) {
        return agents.within(invite, "callee", "REFER", cseq, "").replace("Content-Length", more + "Content-Length");
    }

    /** The REFER of the agent is accepted; returns the INVITE to the number. */
    private String referred(String more) {
        agents.send(refer(5, "Refer-To: <sip:300@pbx.inside>\r\n" + more));
        agents.await("SIP/2.0 202");
        return agents.await("INVITE sip:300@");
    }

    private String notice(int status) {
        String notify = agents.awaitWith("NOTIFY ", "\r\n\r\nSIP/2.0 " + status + " ");
        agents.reply(notify, "200 OK", "", "");
        return notify;
    }

    private void bothHangUp() {
        trunk.send(trunk.within(ok, "BYE", 9, ""));
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void whoAnswersTakesTheTransferorsPlace() throws IOException {
        try (DatagramSocket caller = Rtp.socket();
                DatagramSocket target = Rtp.socket()) {
            trunk.send(trunk.invite("t1", "", Rtp.sdp(trunk, caller)));
            invite = agents.await("INVITE ");
            agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
            ok = trunk.await("SIP/2.0 200");
            trunk.send(trunk.within(ok, "ACK", 1, ""));
            String second = referred("Referred-By: <sip:bob@pbx.inside>\r\n");
            assertThat(second)
                    .contains("\"Ann\" <sip:ann@127.0.0.1>")
                    .doesNotContain("pbx.inside", "Replaces", "callee", ":" + trunk.port());
            assertThat(RawPeer.header(second, "Call-ID")).isNotEqualTo(RawPeer.header(invite, "Call-ID"));
            assertThat(notice(100)).contains("Event: refer;id=5", "Subscription-State: active;expires=300");
            agents.reply(second, "180 Ringing", "target", "");
            notice(180);
            agents.reply(second, "200 OK", "target", Rtp.sdp(agents, target));
            agents.awaitWith("ACK ", "tag=target");
            assertThat(notice(200)).contains("Subscription-State: terminated;reason=noresource");
            agents.send(agents.within(invite, "callee", "BYE", 6, ""));
            agents.await("SIP/2.0 200");
            assertThat(trunk.count("INVITE "))
                    .as("nothing changed for the caller")
                    .isZero();
            assertThat(Rtp.heard(caller, ok, target)).isTrue();
            assertThat(Rtp.heard(target, second, caller)).isTrue();
        }
        assertThat(rig.calls.list()).singleElement().satisfies(call -> {
            assertThat(call.state()).isEqualTo("ANSWERED");
            assertThat(call.legs())
                    .extracting(CallView.LegView::sipCallId)
                    .containsExactly("t1", RawPeer.header(agents.await("INVITE sip:300@"), "Call-ID"));
        });
        agents.send(agents.within(agents.await("INVITE sip:300@"), "target", "BYE", 1, ""));
        trunk.reply(trunk.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
        assertThat(rig.told.ended).singleElement().extracting(CallEnd::endedBy).isEqualTo("agent");
        assertThat(rig.calls.peers()).allMatch(peer -> peer.calls() == 0);
    }

    @Test
    void aTransferorThatStaysIsToldGoodbye() {
        establish("t2");
        agents.reply(referred(""), "200 OK", "target", agents.sdp("sendrecv"));
        notice(200);
        String bye = agents.await("BYE ");
        assertThat(RawPeer.header(bye, "Call-ID")).isEqualTo(RawPeer.header(invite, "Call-ID"));
        agents.reply(bye, "200 OK", "", "");
        assertThat(rig.calls.list()).hasSize(1);
        trunk.send(trunk.within(ok, "BYE", 9, ""));
        agents.reply(agents.await("BYE ", 2), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void whoIsHeldIsHeardAgain() {
        establish("t3");
        agents.send(agents.within(invite, "callee", "INVITE", 3, agents.sdp("sendonly")));
        String hold = trunk.await("INVITE ");
        trunk.reply(hold, "200 OK", "", trunk.sdp("recvonly"));
        agents.await("SIP/2.0 200");
        agents.send(agents.within(invite, "callee", "ACK", 3, ""));
        trunk.await("ACK ");
        agents.reply(referred(""), "200 OK", "target", agents.sdp("sendrecv"));
        String resume = trunk.await("INVITE ", 2);
        assertThat(resume).contains("a=sendrecv", "tag=ft3");
        assertThat(agents.countWith("NOTIFY ", "SIP/2.0 200")).isZero();
        trunk.reply(resume, "200 OK", "", trunk.sdp("sendrecv"));
        trunk.await("ACK ", 2);
        notice(200);
        agents.send(agents.within(invite, "callee", "BYE", 6, ""));
        bothHangUp();
    }

    @Test
    void whoDoesNotTakeTheTargetKeepsTheTransferor() {
        establish("t4");
        String second = referred("");
        agents.reply(second, "200 OK", "target", agents.sdp("sendonly")); // so the caller has to be asked
        trunk.reply(trunk.await("INVITE "), "488 Not Acceptable Here", "", "");
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        notice(488);
        assertThat(rig.calls.list()).singleElement().satisfies(call -> assertThat(call.legs())
                .extracting(CallView.LegView::sipCallId)
                .contains(RawPeer.header(invite, "Call-ID")));
        trunk.send(trunk.within(ok, "BYE", 9, ""));
        agents.reply(agents.await("BYE ", 2), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void whereTheTargetIsBusyTheCallGoesOn() {
        establish("t5");
        agents.reply(referred(""), "486 Busy Here", "target", "");
        assertThat(notice(486)).contains("terminated");
        agents.send(refer(6, "Refer-To: sip:300@pbx.inside\r\n"));
        Rig.until("the second one is out", () -> agents.count("INVITE sip:300@") == 2);
        agents.reply(agents.await("INVITE sip:300@", 2), "404 Not Found", "target2", "");
        notice(404);
        assertThat(rig.told.refused).contains("transfer-failed 486", "transfer-failed 404");
        bothHangUp();
    }

    @Test
    void aTransferorMayLeaveBeforeTheAnswer() {
        establish("t6");
        String second = referred("");
        agents.send(agents.within(invite, "callee", "BYE", 6, ""));
        agents.await("SIP/2.0 200");
        assertThat(trunk.count("BYE ")).isZero();
        agents.reply(second, "200 OK", "target", agents.sdp("sendrecv"));
        agents.awaitWith("ACK ", "tag=target");
        assertThat(agents.countWith("NOTIFY ", "SIP/2.0 200")).isZero();
        bothHangUp();
    }

    @Test
    void whereItFailsThenTheCallEnds() {
        establish("t7");
        String second = referred("");
        agents.send(agents.within(invite, "callee", "BYE", 6, ""));
        agents.await("SIP/2.0 200");
        agents.reply(second, "480 Temporarily Unavailable", "target", "");
        trunk.reply(trunk.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void theCallerHangsUpWhileTheTargetRings() {
        establish("t8");
        String second = referred("");
        agents.reply(second, "180 Ringing", "target", "");
        notice(180);
        trunk.send(trunk.within(ok, "BYE", 2, ""));
        String cancel = agents.await("CANCEL ");
        agents.reply(cancel, "200 OK", "target", "");
        agents.reply(second, "487 Request Terminated", "target", "");
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        notice(487);
        rig.untilEmpty();
        assertThat(rig.calls.peers()).allMatch(peer -> peer.calls() == 0);
    }

    @Test
    void nothingChangesWhileTheTargetRings() {
        establish("t9");
        String second = referred("");
        agents.send(agents.within(invite, "callee", "INVITE", 6, agents.sdp("sendonly")));
        agents.await("SIP/2.0 491");
        agents.send(refer(7, "Refer-To: <sip:301@pbx.inside>\r\n"));
        agents.await("SIP/2.0 491", 2);
        agents.reply(second, "603 Decline", "target", "");
        notice(603);
        bothHangUp();
    }

    @Test
    void aMaskedCallIsNotTransferred() throws MaskRefused {
        establish("t10");
        String id = rig.calls.list().getFirst().id();
        try (Masking masking = rig.calls.media(id).orElseThrow().mask()) {
            assertThat(masking.sinks()).isNotEmpty();
            agents.send(refer(5, "Refer-To: <sip:300@pbx.inside>\r\n"));
            assertThat(agents.await("SIP/2.0 488")).contains("Warning: 399", "secure-pay is on");
            assertThat(agents.count("INVITE ")).isEqualTo(1);
            assertThat(rig.told.refused).contains("secure-pay 488");
        }
        bothHangUp();
    }

    @Test
    void keysAreMaskedAfterATransferToo() throws IOException, MaskRefused {
        try (DatagramSocket caller = Rtp.socket();
                DatagramSocket target = Rtp.socket()) {
            trunk.send(trunk.invite("t17", "", Rtp.sdp(trunk, caller)));
            invite = agents.await("INVITE ");
            agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
            ok = trunk.await("SIP/2.0 200");
            trunk.send(trunk.within(ok, "ACK", 1, ""));
            agents.reply(referred(""), "200 OK", "target", Rtp.sdp(agents, target));
            notice(200);
            agents.send(agents.within(invite, "callee", "BYE", 6, ""));
            assertThat(Rtp.heard(caller, ok, target, 101)).isTrue();
            String id = rig.calls.list().getFirst().id();
            try (Masking masking = rig.calls.media(id).orElseThrow().mask()) {
                assertThat(masking.sinks()).isNotEmpty();
                Rtp.drain(target); // what came before the mask is read
                assertThat(Rtp.heard(caller, ok, target, 101)).isFalse();
            }
        }
        bothHangUp();
    }

    @Test
    void aTargetThatLeavesBeforeTheCallerIsBackIsNotConnected() {
        establish("t18");
        String second = referred("");
        agents.reply(second, "200 OK", "target", agents.sdp("sendonly"));
        String resume = trunk.await("INVITE ");
        agents.send(agents.within(second, "target", "BYE", 1, ""));
        agents.await("SIP/2.0 200");
        trunk.reply(resume, "200 OK", "", trunk.sdp("recvonly"));
        notice(480);
        assertThat(rig.calls.list()).singleElement().satisfies(call -> assertThat(call.legs())
                .extracting(CallView.LegView::sipCallId)
                .contains(RawPeer.header(invite, "Call-ID")));
        bothHangUp();
    }

    @Test
    void theMaskGoesOnWhileTheTargetRings() throws MaskRefused {
        establish("t11");
        String second = referred("");
        String id = rig.calls.list().getFirst().id();
        try (Masking masking = rig.calls.media(id).orElseThrow().mask()) {
            agents.reply(second, "200 OK", "target", agents.sdp("sendrecv"));
            String bye = agents.await("BYE ");
            assertThat(bye).contains("tag=target");
            agents.reply(bye, "200 OK", "", "");
            notice(488);
            assertThat(rig.calls.list()).singleElement().satisfies(call -> {
                assertThat(call.securePay()).isTrue();
                assertThat(call.legs())
                        .extracting(CallView.LegView::sipCallId)
                        .contains(RawPeer.header(invite, "Call-ID"));
            });
            assertThat(masking.sinks()).isNotEmpty();
        }
        trunk.send(trunk.within(ok, "BYE", 9, ""));
        agents.reply(agents.await("BYE ", 2), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void withoutThePolicyItIsRefused() throws IOException {
        rig.close();
        rig = rig(Refer.REFUSE);
        establish("t12");
        agents.send(refer(5, "Refer-To: <sip:300@pbx.inside>\r\n"));
        assertThat(RawPeer.header(agents.await("SIP/2.0 405"), "Allow")).doesNotContain("REFER");
        trunk.send(trunk.within(ok, "REFER", 2, "").replace("Content-Length", "Refer-To: <sip:1@x>\r\nContent-Length"));
        trunk.await("SIP/2.0 405"); // with either
        bothHangUp();
    }

    @Test
    void whoMaySeesItInAllow() {
        establish("t13");
        assertThat(RawPeer.header(invite, "Allow")).contains("REFER").doesNotContain("NOTIFY");
        assertThat(RawPeer.header(ok, "Allow")).doesNotContain("REFER");
        bothHangUp();
    }

    @Test
    void noSubscriptionWhereNoneIsWanted() { // RFC 4488 §4
        establish("t14");
        agents.send(refer(5, "Refer-To: <tel:+49-300>\r\nRefer-Sub: false\r\n"));
        assertThat(RawPeer.header(agents.await("SIP/2.0 202"), "Refer-Sub")).isEqualTo("false");
        agents.reply(agents.await("INVITE sip:+49300@"), "200 OK", "target", agents.sdp("sendrecv"));
        agents.awaitWith("ACK ", "tag=target");
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        assertThat(agents.count("NOTIFY ")).isZero();
        trunk.send(trunk.within(ok, "BYE", 9, ""));
        agents.reply(agents.await("BYE ", 2), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void aDialogOfThePeersOwnIsReplacedThere() { // RFC 5589 §7: the consultation did not come by us
        establish("t15");
        agents.send(
                refer(
                        5,
                        "Refer-To: <sip:300@pbx.inside?Replaces=c1%40pbx.inside%3Bto-tag%3Dtt%3Bfrom-tag%3Dff&Require=replaces>\r\n"));
        String second = agents.await("INVITE sip:300@");
        assertThat(RawPeer.header(second, "Replaces")).isEqualTo("c1@pbx.inside;to-tag=tt;from-tag=ff");
        agents.reply(second, "200 OK", "target", agents.sdp("sendrecv"));
        notice(200);
        agents.send(agents.within(invite, "callee", "BYE", 6, ""));
        bothHangUp();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            RFC 3515 §2.4.2, no Refer-To          | 400 | X-None: 1
            RFC 3515 §2.1, another method         | 400 | Refer-To: <sip:1@x;method=BYE>
            RFC 3515 §2.4.2, two of them          | 400 | Refer-To: <sip:1@x>~Refer-To: <sip:2@x>
            RFC 3261 §8.2.2.3                     | 420 | Refer-To: <sip:1@x>~Require: nothing-of-ours
            """)
    void cannotBeDone(String what, int status, String more) {
        establish("b1");
        agents.send(refer(5, more.strip().replace("~", "\r\n") + "\r\n"));
        agents.await("SIP/2.0 " + status);
        assertThat(agents.count("NOTIFY ")).as(what).isZero();
        assertThat(agents.count("INVITE ")).isEqualTo(1);
        bothHangUp();
    }

    @Test
    void theFarLegsOfTwoCallsAreNotConnected() {
        establish("t16");
        String toTag = RawPeer.tag(RawPeer.header(invite, "From"));
        String callId = RawPeer.header(invite, "Call-ID").replace("@", "%40");
        agents.send(refer(
                5, "Refer-To: <sip:300@x?Replaces=" + callId + "%3Bto-tag%3D" + toTag + "%3Bfrom-tag%3Dcallee>\r\n"));
        agents.await("SIP/2.0 603");
        bothHangUp();
    }
}
