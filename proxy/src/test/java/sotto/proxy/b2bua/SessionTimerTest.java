package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows of {@link SessionTimer}, and UPDATE (RFC 3311). One waits: beside other tests. */
@Execution(ExecutionMode.CONCURRENT)
final class SessionTimerTest {

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer agents = new RawPeer(ports.sip());
    private final Rig rig = new Rig(ports, Rig.Options.udp(trunk.port(), agents.port()), Duration.ofMinutes(5));

    SessionTimerTest() throws IOException {}

    @AfterEach
    void stop() {
        rig.close();
        trunk.close();
        agents.close();
    }

    private String establish(String name, String headers) {
        trunk.send(trunk.invite(name, headers, trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        agents.reply(invite, "200 OK", "callee", agents.sdp("sendrecv"));
        String ok = trunk.await("SIP/2.0 200");
        agents.await("ACK ");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        return ok;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            Session-Expires: 1800                ~ Supported: timer | 1800;refresher=uac | timer
            Session-Expires: 1800;refresher=uac  ~ Supported: timer | 1800;refresher=uac | timer
            Session-Expires: 1800; refresher=UAS ~ Require: timer   | 1800;refresher=uas | timer
            x: 1800                              ~ Supported: timer | 1800;refresher=uac | timer
            Session-Expires: 1800                ~ Supported: path  | 1800;refresher=uas |
            Session-Expires: 60                  ~ Supported: path  | 90;refresher=uas   |
            """)
    void whatIsAgreed(String headers, String sessionExpires, String require) {
        String ok = establish("s1", headers.replaceAll(" +~ ", "\r\n") + "\r\n");
        assertThat(RawPeer.header(ok, "Session-Expires")).isEqualTo(sessionExpires);
        if (require == null) {
            assertThat(ok).doesNotContain("Require:");
        } else {
            assertThat(RawPeer.header(ok, "Require")).isEqualTo(require);
        }
        assertThat(RawPeer.header(agents.await("INVITE "), "Supported")).contains("timer");
    }

    @Test
    void withoutTheHeaderThereIsNoTimer() {
        assertThat(establish("s2", "Supported: timer\r\n")).doesNotContain("Session-Expires");
    }

    @Test
    void anIntervalThatIsTooShortIs422() {
        trunk.send(trunk.invite("s3", "Supported: timer\r\nSession-Expires: 89\r\n", trunk.sdp("sendrecv")));
        assertThat(RawPeer.header(trunk.await("SIP/2.0 422"), "Min-SE")).isEqualTo("90");
        Rig.until("told", () -> rig.told.refused.contains("session-interval-too-small 422"));
        rig.untilEmpty();
    }

    @Test
    void anUpdateWithoutAnOfferIsAnsweredHere() {
        String ok = establish("s4", "Supported: timer\r\nSession-Expires: 1800\r\n");
        trunk.send(trunk.within(ok, "UPDATE", 2, "")
                .replace("Max-Forwards", "Supported: timer\r\nSession-Expires: 900;refresher=uac\r\nMax-Forwards"));
        String refreshed = trunk.await("SIP/2.0 200", 2);
        assertThat(RawPeer.header(refreshed, "CSeq")).isEqualTo("2 UPDATE");
        assertThat(RawPeer.header(refreshed, "Session-Expires")).isEqualTo("900;refresher=uac");
        assertThat(RawPeer.header(refreshed, "Contact")).contains("127.0.0.1:" + ports.sip());
        assertThat(agents.count("UPDATE ")).isZero();
    }

    /** The callee says in its 2xx, or does not, that it takes UPDATE. */
    @ParameterizedTest
    @CsvSource({"true, UPDATE", "false, INVITE"})
    void anUpdateWithAnOfferCrosses(boolean allowed, String as) {
        trunk.send(trunk.invite("s5", "", trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ");
        String answer = RawPeer.response(
                invite, "200 OK", "callee", "<sip:agent@127.0.0.1:" + agents.port() + ">", agents.sdp("sendrecv"));
        agents.send(allowed ? answer.replace("Contact:", "Allow: INVITE, ACK, BYE, UPDATE\r\nContact:") : answer);
        String ok = trunk.await("SIP/2.0 200");
        agents.await("ACK ");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        trunk.send(trunk.within(ok, "UPDATE", 2, trunk.sdp("sendonly")));
        String across = agents.await(as + " ", as.equals("INVITE") ? 2 : 1);
        assertThat(RawPeer.body(across)).contains("a=sendonly");
        agents.reply(across, "200 OK", "", agents.sdp("recvonly"));
        String held = trunk.await("SIP/2.0 200", 2);
        assertThat(RawPeer.header(held, "CSeq")).isEqualTo("2 UPDATE");
        assertThat(RawPeer.body(held)).contains("a=recvonly");
        if (as.equals("INVITE")) {
            agents.await("ACK ", 2);
        } else {
            assertThat(agents.count("ACK ")).isEqualTo(1);
        }
        trunk.send(trunk.within(ok, "BYE", 3, ""));
        agents.reply(agents.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    /** Two calls side by side, for each waits 45 s: half of the least interval there is. */
    @Test
    void weRefreshWhereItIsOurTurnAndEndWhereThePeerDoesNot() {
        String ours = establish("t1", "Supported: timer\r\nSession-Expires: 90;refresher=uas\r\n");
        trunk.send(
                trunk.invite("t2", "Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n", trunk.sdp("sendrecv")));
        String invite = agents.await("INVITE ", 2);
        agents.reply(invite, "200 OK", "callee2", agents.sdp("sendrecv"));
        String theirs = trunk.await("SIP/2.0 200", 2);
        trunk.send(trunk.within(theirs, "ACK", 1, ""));
        String refresh = trunk.await("INVITE ", 1);
        assertThat(RawPeer.header(refresh, "Session-Expires")).isEqualTo("90;refresher=uac");
        assertThat(RawPeer.header(refresh, "Call-ID")).isEqualTo("t1");
        assertThat(RawPeer.body(refresh)).as("the same SDP, the same version").isEqualTo(RawPeer.body(ours));
        trunk.send(RawPeer.response(
                        refresh, "200 OK", "", "<sip:ann@127.0.0.1:" + trunk.port() + ">", trunk.sdp("sendrecv"))
                .replace("Contact:", "Session-Expires: 90;refresher=uac\r\nContact:"));
        trunk.await("ACK ");
        String bye = trunk.await("BYE ", 1); // 90 s less a third
        assertThat(RawPeer.header(bye, "Call-ID")).isEqualTo("t2");
        assertThat(rig.told.refused).contains("session-expired 0");
        assertThat(rig.calls.find("t1")).map(CallView::state).contains("ANSWERED");
    }
}
