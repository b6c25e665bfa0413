package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The rows of {@link Provisionals}, and PRACK towards the called side (RFC 3262). Some wait: beside other tests. */
@Execution(ExecutionMode.CONCURRENT)
final class ReliableRingingTest {

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private final Rig rig = new Rig(ports, Rig.Options.udp(trunk.port(), agents.port()), Duration.ofMinutes(5));

    ReliableRingingTest() throws IOException {}

    @AfterEach
    void stop() {
        rig.close();
        trunk.close();
        agents.close();
    }

    private String ring(String name, String headers, String status, String body) {
        trunk.send(trunk.invite(name, headers, trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        agents.reply(invite, status, "callee", body);
        return invite;
    }

    private String prack(String rung, int cseq) {
        return trunk.within(rung, "PRACK", cseq, "")
                .replace("Max-Forwards", "RAck: " + RawPeer.header(rung, "RSeq") + " 1 INVITE\r\nMax-Forwards");
    }

    @Test
    void ringingThatIsAskedForIsSentUntilItsPrack() {
        String invite = ring("p1", "Require: 100rel\r\n", "180 Ringing", "");
        String rung = trunk.await("SIP/2.0 180");
        assertThat(RawPeer.header(rung, "Require")).isEqualTo("100rel");
        assertThat(trunk.await("SIP/2.0 180", 2)).as("the very same, after T1").isEqualTo(rung);
        trunk.send(prack(rung, 2).replace(" 1 INVITE", " 7 INVITE"));
        trunk.await("SIP/2.0 481");
        trunk.send(prack(rung, 3));
        assertThat(RawPeer.header(trunk.await("SIP/2.0 200"), "CSeq")).isEqualTo("3 PRACK");
        long rings = trunk.count("SIP/2.0 180");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        String ok = trunk.await("SIP/2.0 200", 2);
        assertThat(RawPeer.header(ok, "CSeq")).isEqualTo("1 INVITE");
        assertThat(trunk.count("SIP/2.0 180")).as("not after its PRACK").isEqualTo(rings);
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        trunk.send(trunk.within(ok, "BYE", 4, ""));
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void theAnswerWaitsForThePrackOfEarlyMedia() {
        String invite = ring("p2", "Supported: 100rel\r\n", "183 Session Progress", agents.sdp("sendrecv"));
        String rung = trunk.await("SIP/2.0 183");
        assertThat(RawPeer.body(rung)).contains("m=audio");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        agents.await("ACK ");
        trunk.await("SIP/2.0 183", 2);
        assertThat(trunk.count("SIP/2.0 200")).isZero();
        trunk.send(prack(rung, 2));
        String ok = trunk.await("SIP/2.0 200", 2);
        assertThat(RawPeer.header(ok, "CSeq")).isEqualTo("1 INVITE");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        trunk.send(trunk.within(ok, "BYE", 3, ""));
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void aCancelWhileThePrackIsWaitedForEndsTheAnsweredSide() {
        String invite = ring("p7", "Supported: 100rel\r\n", "183 Session Progress", agents.sdp("sendrecv"));
        trunk.await("SIP/2.0 183");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        agents.await("ACK ");
        trunk.send(trunk.cancel("p7"));
        trunk.await("SIP/2.0 487");
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
        assertThat(agents.count("CANCEL ")).isZero();
    }

    @Test
    void whoAsksForNothingIsToldOnce() {
        ring("p3", "Supported: timer\r\n", "183 Session Progress", agents.sdp("sendrecv"));
        assertThat(trunk.await("SIP/2.0 183")).doesNotContain("RSeq", "Require");
    }

    @Test
    void aCallerThatIsGoneIsGivenUp() {
        ring("p4", "Require: 100rel\r\n", "180 Ringing", "");
        trunk.await("SIP/2.0 180");
        trunk.await("SIP/2.0 504", 1);
        agents.await("CANCEL ");
        assertThat(trunk.count("SIP/2.0 180"))
                .as("0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s")
                .isBetween(6L, 8L);
        assertThat(rig.told.refused).contains("not-acknowledged 504");
    }

    @Test
    void aCalleesReliableRingingGetsItsPrack() {
        trunk.send(trunk.invite("p5", "", trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        assertThat(RawPeer.header(invite, "Supported")).contains("100rel");
        String ringing = RawPeer.response(
                        invite, "180 Ringing", "callee", "<sip:agent@127.0.0.1:" + agents.port() + ">", "")
                .replace("Contact:", "Require: 100rel\r\nRSeq: 41\r\nContact:");
        agents.send(ringing);
        String prack = agents.await("PRACK ");
        assertThat(RawPeer.header(prack, "RAck")).isEqualTo("41 1 INVITE");
        assertThat(RawPeer.header(prack, "CSeq")).isEqualTo("2 PRACK");
        assertThat(RawPeer.tag(RawPeer.header(prack, "To"))).isEqualTo("callee");
        agents.reply(prack, "200 OK", "", "");
        agents.send(ringing);
        agents.send(ringing.replace("RSeq: 41", "RSeq: 43"));
        agents.send(ringing.replace("RSeq: 41", "RSeq: 42"));
        assertThat(RawPeer.header(agents.await("PRACK ", 2), "RAck"))
                .as("in its turn")
                .isEqualTo("42 1 INVITE");
        trunk.await("SIP/2.0 180", 2);
        assertThat(trunk.count("SIP/2.0 180")).as("41 and 42").isEqualTo(2);
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        String ok = trunk.await("SIP/2.0 200");
        assertThat(RawPeer.header(agents.await("ACK "), "CSeq")).isEqualTo("1 ACK");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        trunk.send(trunk.within(ok, "BYE", 2, ""));
        String bye = agents.await("BYE ");
        assertThat(RawPeer.header(bye, "CSeq")).isEqualTo("4 BYE");
        agents.reply(bye, "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void aLateOfferWithReliableRingingIs420() {
        trunk.send(trunk.invite("p6", "Require: 100rel\r\n", ""));
        assertThat(RawPeer.header(trunk.await("SIP/2.0 420"), "Unsupported")).isEqualTo("100rel");
    }
}
