package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rows of {@link LateAnswer}: INVITEs without an offer, as some PBXs send them for each call or each hold. */
final class LateOfferTest {

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private final Rig rig = new Rig(ports, Rig.Options.udp(trunk.port(), agents.port()), Duration.ofMinutes(5));

    LateOfferTest() throws IOException {}

    @AfterEach
    void stop() {
        rig.close();
        trunk.close();
        agents.close();
    }

    /** Up to the 200 that the caller got, which has an offer of ours. */
    private String untilOffered(String name) {
        trunk.send(trunk.invite(name, "", ""));
        String invite = agents.await("INVITE ");
        assertThat(RawPeer.body(invite)).isEmpty();
        agents.reply(invite, "180 Ringing", "callee", "");
        trunk.await("SIP/2.0 180");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        String ok = trunk.await("SIP/2.0 200");
        assertThat(RawPeer.body(ok))
                .contains("m=audio ", "a=rtpmap:8 PCMA/8000", "telephone-event")
                .doesNotContain("audio 16384 ");
        return ok;
    }

    private String established(String name) {
        String ok = untilOffered(name);
        trunk.send(trunk.within(ok, "ACK", 1, trunk.sdp("sendrecv")));
        return ok;
    }

    @Test
    void theAnswerComesInTheAck() {
        String ok = untilOffered("l1");
        assertThat(agents.count("ACK ")).as("the answer is not there yet").isZero();
        trunk.send(trunk.within(ok, "ACK", 1, trunk.sdp("sendrecv")));
        String ack = agents.await("ACK ");
        assertThat(RawPeer.body(ack)).contains("m=audio ", "PCMA").doesNotContain("audio 16384 ");
        assertThat(rig.calls.list()).singleElement().satisfies(call -> assertThat(call.legs())
                .extracting(CallView.LegView::codec)
                .containsExactly("PCMA", "PCMA"));
        trunk.send(trunk.within(ok, "BYE", 2, ""));
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void anotherTwoHundredGetsTheAnswerOnceThereIsOne() {
        String ok = untilOffered("l2");
        String invite = agents.await("INVITE ");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        trunk.send(trunk.within(ok, "ACK", 1, trunk.sdp("sendrecv")));
        String first = agents.await("ACK ");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        assertThat(RawPeer.body(agents.await("ACK ", 2))).isEqualTo(RawPeer.body(first));
    }

    @Test
    void anAckWithoutTheAnswerEndsTheCall() {
        String ok = untilOffered("l3");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        assertThat(RawPeer.body(agents.await("ACK "))).isEmpty();
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        trunk.reply(trunk.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
        assertThat(rig.told.refused).contains("no-audio 0");
    }

    @Test
    void anAnswerThatWasNotOfferedEndsTheCall() {
        String ok = untilOffered("l4");
        trunk.send(trunk.within(
                ok,
                "ACK",
                1,
                trunk.sdp("sendrecv").replace("AVP 8 101", "AVP 0 101").replace("8 PCMA", "0 PCMU")));
        agents.await("ACK ");
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        trunk.reply(trunk.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
        assertThat(rig.told.refused).contains("unknown-codec 0");
    }

    @Test
    void aTwoHundredWithoutAnOfferIs502() {
        trunk.send(trunk.invite("l5", "", ""));
        agents.reply(agents.await("INVITE "), "200 OK", "callee", "");
        trunk.await("SIP/2.0 502");
        agents.await("ACK ");
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void whoHangsUpBeforeTheAckLeavesNothing() {
        String ok = untilOffered("l6");
        trunk.send(trunk.within(ok, "BYE", 2, ""));
        agents.await("ACK ");
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void aReInviteWithoutAnOfferIsHeldAndResumedByItsAck() {
        established("l7");
        String invite = agents.await("INVITE ");
        agents.await("ACK ");
        agents.send(agents.within(invite, "callee", "INVITE", 2, ""));
        String reInvite = trunk.await("INVITE ");
        assertThat(RawPeer.body(reInvite)).isEmpty();
        trunk.reply(reInvite, "200 OK", "", trunk.sdp("sendrecv"));
        String ok = agents.await("SIP/2.0 200");
        assertThat(RawPeer.body(ok)).contains("a=sendrecv");
        assertThat(trunk.count("ACK ")).isZero();
        agents.send(agents.within(invite, "callee", "ACK", 2, agents.sdp("sendonly")));
        assertThat(RawPeer.body(trunk.await("ACK "))).contains("a=sendonly");
        rig.calls.hangUp("l7");
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        trunk.reply(trunk.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }
}
