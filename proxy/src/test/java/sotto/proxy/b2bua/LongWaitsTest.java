package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Rows of the state table in {@link Call} that take 64 T1, 32 seconds, all at once in one proxy. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
final class LongWaitsTest {
    private static final Duration LOST = Duration.ofSeconds(32);
    private static final Duration AT_MOST = LOST.plusSeconds(8);

    private RawPeer trunk;
    private RawPeer agents;
    private Rig rig;

    @BeforeAll
    void start() throws IOException {
        Rig.Ports ports = Rig.freePorts();
        trunk = new RawPeer(ports.sip());
        agents = new RawPeer(ports.sip());
        rig = new Rig(ports, Rig.Options.udp(trunk.port(), agents.port()), Duration.ofMinutes(5));
    }

    @AfterAll
    void stop() {
        rig.untilEmpty(); // what was given up is forgotten too
        rig.close();
        trunk.close();
        agents.close();
    }

    private String invite(String name) {
        trunk.send(trunk.invite(name, "Subject: " + name + "\r\n", trunk.sdp("sendrecv")));
        return agents.awaitWith("INVITE ", "Subject: " + name);
    }

    private CallEnd end(String name) {
        String id = rig.calls.find(name).orElseThrow().id();
        Rig.until(name + " ended", AT_MOST, () -> rig.told.ended.stream()
                .anyMatch(end -> end.call().id().equals(id)));
        return rig.told.ended.stream()
                .filter(end -> end.call().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** RFC 3261 §17.1.1.2, timers A and B: sent again at 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s, given up at 32 s. */
    @Test
    void calleeThatSaysNothing() {
        long startNs = System.nanoTime();
        invite("l1");
        CallEnd end = end("l1");
        assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isBetween(LOST.minusMillis(500), AT_MOST);
        assertThat(end.sipStatus()).isEqualTo(408);
        assertThat(end.endedBy()).isEqualTo("proxy");
        assertThat(trunk.awaitWith("SIP/2.0 408", "Call-ID: l1")).isNotEmpty();
        assertThat(agents.countWith("INVITE ", "Subject: l1")).isEqualTo(7);
        assertThat(agents.countWith("CANCEL ", "Subject: l1")).isZero(); // §9.1: nothing provisional came
        assertThat(rig.told.refused).contains("peer-unreachable 408");
    }

    /** RFC 3261 §13.3.1.4: sent again for 64 T1, then BYE. */
    @Test
    void callerThatDoesNotAcknowledge() {
        String invite = invite("l2");
        agents.reply(invite, "200 OK", "callee2", agents.sdp("sendrecv"));
        trunk.awaitWith("SIP/2.0 200", "Call-ID: l2");
        CallEnd end = end("l2");
        assertThat(end.endedBy()).isEqualTo("proxy");
        assertThat(end.talk()).isBetween(LOST.minusMillis(500), AT_MOST);
        assertThat(trunk.countWith("SIP/2.0 200", "Call-ID: l2")).isBetween(10L, 12L); // T1 doubled up to T2
        trunk.reply(trunk.awaitWith("BYE ", "Call-ID: l2"), "200 OK", "", "");
        agents.reply(agents.awaitWith("BYE ", "tag=callee2"), "200 OK", "", "");
    }

    /** RFC 3261 §9.1: a peer that answers neither the INVITE nor its CANCEL is given up after 64 T1. */
    @Test
    void calleeThatIgnoresTheCancel() {
        String invite = invite("l3");
        agents.reply(invite, "180 Ringing", "callee3", "");
        trunk.awaitWith("SIP/2.0 180", "Call-ID: l3");
        trunk.send(trunk.cancel("l3"));
        trunk.awaitWith("SIP/2.0 487", "Call-ID: l3");
        agents.awaitWith("CANCEL ", RawPeer.header(invite, "Call-ID"));
        assertThat(end("l3").sipStatus()).isEqualTo(487);
    }
}
