package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sotto.media.CallMedia;

/** The rows of the state table in {@link Call}, with peers that send exactly what the row says. */
final class CallFlowTest {

    private RawPeer trunk;
    private RawPeer agents;
    private Rig rig;

    CallFlowTest() throws IOException {
        Rig.Ports ports = Rig.freePorts();
        trunk = new RawPeer(ports.sip());
        agents = new RawPeer(ports.sip());
        rig = new Rig(ports, Rig.Options.udp(trunk.port(), agents.port()), Duration.ofMinutes(5));
    }

    @BeforeEach
    void nothingYet() {
        assertThat(rig.calls.entries()).isZero();
    }

    @AfterEach
    void stop() {
        rig.close();
        trunk.close();
        agents.close();
    }

    /** Up to the caller's ACK; the 200 that the caller got. */
    private String establish(String name) {
        trunk.send(trunk.invite(name, "", trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        agents.reply(invite, "180 Ringing", "callee", "");
        trunk.await("SIP/2.0 180");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        String ok = trunk.await("SIP/2.0 200");
        agents.await("ACK ");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        return ok;
    }

    @Test
    void callerHangsUp() {
        String ok = establish("a1");
        assertThat(rig.calls.list()).singleElement().satisfies(call -> {
            assertThat(call.state()).isEqualTo("ANSWERED");
            assertThat(call.from()).isEqualTo("ann");
            assertThat(call.to()).isEqualTo("agent");
            assertThat(call.trunk()).isEqualTo("carrier");
            assertThat(call.legs()).extracting(CallView.LegView::side).containsExactly("caller", "agent");
            assertThat(call.legs()).extracting(CallView.LegView::codec).containsExactly("PCMA", "PCMA");
        });
        trunk.send(trunk.within(ok, "BYE", 2, ""));
        trunk.await("SIP/2.0 200", 2);
        String bye = agents.await("BYE ");
        agents.reply(bye, "200 OK", "", "");
        rig.untilEmpty();
        assertThat(rig.told.ended).singleElement().satisfies(end -> {
            assertThat(end.endedBy()).isEqualTo("caller");
            assertThat(end.sipStatus()).isEqualTo(200);
            assertThat(end.setup()).isPresent();
        });
        assertThat(rig.calls.find("a1")).map(CallView::state).contains("ENDED");
    }

    /** Timer K of its BYE is 5 s, timer J of the other side's 32 s (RFC 3261 §17.1.2.2, §17.2.2). */
    @Test
    void anEndedCallIsGarbageBeforeItsTransactionsAreOver() {
        String ok = establish("garbage");
        WeakReference<CallMedia> media =
                new WeakReference<>(rig.calls.media("garbage").orElseThrow());
        trunk.send(trunk.within(ok, "BYE", 2, ""));
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
        assertThat(rig.calls.transactions()).isPositive();
        Rig.until("the call is collected", Duration.ofSeconds(4), () -> {
            System.gc();
            return media.get() == null;
        });
    }

    @Test
    void nothingOfOneSideIsSeenOnTheOther() {
        trunk.send(trunk.invite("secret-id", "Subject: Order\r\nX-Inside: 10.1.2.3\r\n", trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        assertThat(invite)
                .startsWith("INVITE sip:agent@127.0.0.1:" + agents.port() + " SIP/2.0\r\n")
                .doesNotContain("secret-id", "X-Inside", ":" + trunk.port())
                .contains("Ann", "ann@", "Subject: Order", "Max-Forwards: 69");
        agents.reply(invite, "486 Busy Here", "callee", "");
        assertThat(trunk.await("SIP/2.0 486")).doesNotContain(":" + agents.port());
        agents.await("ACK ");
    }

    @Test
    void agentHangsUp() {
        establish("a2");
        String invite = agents.await("INVITE ");
        agents.send(agents.within(invite, "callee", "BYE", 1, ""));
        agents.await("SIP/2.0 200");
        String bye = trunk.await("BYE ");
        trunk.reply(bye, "200 OK", "", "");
        rig.untilEmpty();
        assertThat(rig.told.ended).singleElement().extracting(CallEnd::endedBy).isEqualTo("agent");
    }

    @Test
    void answerIsSentAgainUntilAcknowledged() {
        trunk.send(trunk.invite("a3", "", trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        String ok = trunk.await("SIP/2.0 200", 3); // T1, then 2 T1
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv")); // our ACK was lost
        agents.await("ACK ", 2);
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        trunk.send(trunk.within(ok, "BYE", 2, ""));
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void byeOfTheCalleeWaitsForTheCallersAck() {
        trunk.send(trunk.invite("a4", "", trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        String ok = trunk.await("SIP/2.0 200");
        agents.send(agents.within(invite, "callee", "BYE", 1, ""));
        agents.await("SIP/2.0 200");
        Rig.until("ended", () -> !rig.told.ended.isEmpty());
        assertThat(trunk.count("BYE ")).isZero();
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        trunk.reply(trunk.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void cancelWhileRinging() {
        trunk.send(trunk.invite("a5", "", trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        agents.reply(invite, "180 Ringing", "callee", "");
        trunk.await("SIP/2.0 180");
        trunk.send(trunk.cancel("a5"));
        trunk.await("SIP/2.0 200");
        trunk.await("SIP/2.0 487");
        String cancel = agents.await("CANCEL ");
        agents.reply(cancel, "200 OK", "callee", "");
        agents.reply(invite, "487 Request Terminated", "callee", "");
        agents.await("ACK ");
        rig.untilEmpty();
        assertThat(rig.told.ended).singleElement().satisfies(end -> {
            assertThat(end.endedBy()).isEqualTo("caller");
            assertThat(end.sipStatus()).isEqualTo(487);
            assertThat(end.setup()).isEmpty();
        });
    }

    @Test
    void cancelWaitsForAProvisionalResponse() {
        trunk.send(trunk.invite("a6", "", trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        trunk.send(trunk.cancel("a6"));
        trunk.await("SIP/2.0 487");
        assertThat(agents.count("CANCEL ")).isZero(); // RFC 3261 §9.1
        agents.reply(invite, "180 Ringing", "callee", "");
        agents.await("CANCEL ");
        assertThat(trunk.count("SIP/2.0 180")).isZero();
        agents.reply(invite, "487 Request Terminated", "callee", "");
        rig.untilEmpty();
    }

    @Test
    void answerCrossesCancel() {
        trunk.send(trunk.invite("a7", "", trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        agents.reply(invite, "180 Ringing", "callee", "");
        trunk.await("SIP/2.0 180");
        trunk.send(trunk.cancel("a7"));
        String cancel = agents.await("CANCEL ");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        agents.reply(cancel, "200 OK", "callee", "");
        agents.await("ACK ");
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        trunk.await("SIP/2.0 487");
        rig.untilEmpty();
        assertThat(rig.told.answered).isEmpty();
    }

    @Test
    void ringingAfterTheCancelIsNotPassedOn() {
        trunk.send(trunk.invite("a15", "", trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        agents.reply(invite, "180 Ringing", "callee", "");
        trunk.await("SIP/2.0 180");
        trunk.send(trunk.cancel("a15"));
        String cancel = agents.await("CANCEL ");
        agents.reply(invite, "183 Session Progress", "callee", agents.sdp("sendrecv")); // it crossed
        agents.reply(invite, "180 Ringing", "callee", "");
        agents.reply(cancel, "200 OK", "callee", "");
        agents.reply(invite, "487 Request Terminated", "callee", "");
        agents.await("ACK ");
        rig.untilEmpty();
        assertThat(trunk.count("SIP/2.0 18")).isEqualTo(1);
        assertThat(trunk.count("SIP/2.0 487")).isEqualTo(1);
        assertThat(agents.count("CANCEL ")).isEqualTo(1);
    }

    @Test
    void inviteSentAgainIsOneCall() {
        String invite = trunk.invite("a8", "", trunk.sdp("sendrecv"));
        trunk.send(invite);
        String out = agents.await("INVITE ");
        trunk.send(invite);
        agents.reply(out, "180 Ringing", "callee", "");
        agents.reply(out, "486 Busy Here", "callee", "");
        trunk.await("SIP/2.0 486");
        trunk.send(trunk.within(
                trunk.await("SIP/2.0 486").replace("CSeq", "Contact: <sip:x@127.0.0.1>\r\nCSeq"), "ACK", 1, ""));
        rig.untilEmpty();
        assertThat(rig.told.ended).hasSize(1);
    }

    @Test
    void reInviteIsPassedBothWaysAndHolds() {
        String ok = establish("a9");
        trunk.send(trunk.within(ok, "INVITE", 2, trunk.sdp("sendonly")));
        String again = agents.await("INVITE ", 2);
        assertThat(RawPeer.body(again)).contains("a=sendonly");
        agents.reply(again, "200 OK", "callee", agents.sdp("recvonly"));
        String answer = trunk.await("SIP/2.0 200", 2);
        assertThat(RawPeer.body(answer)).contains("a=recvonly");
        agents.await("ACK ", 2);
        trunk.send(trunk.within(ok, "ACK", 2, ""));

        String invite = agents.await("INVITE ");
        agents.send(agents.within(invite, "callee", "INVITE", 1, agents.sdp("sendrecv")));
        String toTrunk = trunk.await("INVITE ");
        trunk.reply(toTrunk, "488 Not Acceptable Here", "", "");
        agents.await("SIP/2.0 488");
        assertThat(rig.calls.list()).singleElement().extracting(CallView::state).isEqualTo("ANSWERED");
        trunk.send(trunk.within(ok, "BYE", 3, ""));
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    private String cancelOfReInvite(String ok) {
        return trunk.within(ok, "CANCEL", 2, "").replace("branch=z9hG4bKCANCEL", "branch=z9hG4bKINVITE");
    }

    @Test
    void reInviteIsCancelledAndTheCallGoesOn() {
        String ok = establish("a16");
        trunk.send(trunk.within(ok, "INVITE", 2, trunk.sdp("sendonly")));
        String across = agents.await("INVITE ", 2);
        agents.reply(across, "180 Ringing", "", "");
        agents.await("ACK ");
        trunk.send(cancelOfReInvite(ok));
        assertThat(RawPeer.header(trunk.await("SIP/2.0 200", 2), "CSeq")).isEqualTo("2 CANCEL");
        assertThat(RawPeer.header(trunk.await("SIP/2.0 487"), "CSeq")).isEqualTo("2 INVITE");
        String cancel = agents.await("CANCEL ");
        assertThat(RawPeer.header(cancel, "Via")).isEqualTo(RawPeer.header(across, "Via")); // §9.1
        agents.reply(cancel, "200 OK", "", "");
        agents.reply(across, "487 Request Terminated", "", "");
        agents.await("ACK ", 2);
        assertThat(rig.calls.list()).singleElement().extracting(CallView::state).isEqualTo("ANSWERED");
        hangUp(ok, 3);
    }

    @Test
    void answerCrossesTheCancelOfAReInvite() {
        String ok = establish("a17");
        trunk.send(trunk.within(ok, "INVITE", 2, trunk.sdp("sendonly")));
        String across = agents.await("INVITE ", 2);
        agents.reply(across, "180 Ringing", "", "");
        trunk.send(cancelOfReInvite(ok));
        agents.await("CANCEL ");
        agents.reply(across, "200 OK", "", agents.sdp("recvonly"));
        agents.await("ACK ", 2);
        trunk.await("SIP/2.0 487");
        assertThat(trunk.countWith("SIP/2.0 200", "CSeq: 2 INVITE")).isZero();
        hangUp(ok, 3);
    }

    private void hangUp(String ok, int cseq) {
        trunk.send(trunk.within(ok, "BYE", cseq, ""));
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
        assertThat(rig.told.ended).singleElement().extracting(CallEnd::endedBy).isEqualTo("caller");
    }

    @Test
    void reInvitesThatMeetGet491() {
        String ok = establish("a10");
        String invite = agents.await("INVITE ");
        trunk.send(trunk.within(ok, "INVITE", 2, trunk.sdp("sendrecv")));
        String across = agents.await("INVITE ", 2);
        agents.send(agents.within(invite, "callee", "INVITE", 1, agents.sdp("sendrecv")));
        agents.await("SIP/2.0 491");
        agents.reply(across, "491 Request Pending", "callee", "");
        trunk.await("SIP/2.0 491");
        assertThat(rig.calls.list()).hasSize(1);
    }

    @Test
    void keysInAnInfoDoNotGetAcross() {
        String ok = establish("a11");
        trunk.send(trunk.within(ok, "INFO", 2, ""));
        assertThat(trunk.await("SIP/2.0 405")).contains("Allow: INVITE");
        trunk.send(trunk.within(ok, "OPTIONS", 3, ""));
        trunk.await("SIP/2.0 200", 2);
        assertThat(agents.count("INFO ")).isZero();
    }

    @Test
    void earlyMediaIsAnsweredIn183() {
        trunk.send(trunk.invite("a12", "", trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        agents.reply(invite, "183 Session Progress", "callee", agents.sdp("sendrecv"));
        assertThat(RawPeer.body(trunk.await("SIP/2.0 183"))).contains("m=audio");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        assertThat(RawPeer.body(trunk.await("SIP/2.0 200"))).contains("m=audio");
    }

    @Test
    void anotherBranchOfAForkIsHungUp() {
        String ok = establish("a13");
        String invite = agents.await("INVITE ");
        agents.reply(invite, "200 OK", "second", agents.sdp("sendrecv"));
        String ack = agents.await("ACK ", 2);
        assertThat(RawPeer.header(ack, "To")).contains("tag=second");
        String bye = agents.await("BYE ");
        assertThat(RawPeer.header(bye, "To")).contains("tag=second");
        assertThat(rig.calls.list()).hasSize(1);
        trunk.send(trunk.within(ok, "BYE", 2, ""));
        agents.await("BYE ", 2);
    }

    @Test
    void apiHangsUpInAnyState() {
        trunk.send(trunk.invite("a14", "", trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        agents.reply(invite, "180 Ringing", "callee", "");
        trunk.await("SIP/2.0 180");
        assertThat(rig.calls.hangUp("a14")).isTrue();
        trunk.await("SIP/2.0 480");
        agents.await("CANCEL ");
        assertThat(rig.calls.hangUp("nobody")).isFalse();
        assertThat(rig.told.ended).singleElement().extracting(CallEnd::endedBy).isEqualTo("api");
    }
}
