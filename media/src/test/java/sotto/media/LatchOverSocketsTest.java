package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;

/** The plain rows of {@link sotto.media.net.Latch} with real senders, and where the answers go. */
final class LatchOverSocketsTest {
    private final MediaPlane plane = Bench.plane();
    private final Peer agent;
    private final Map<String, Peer> senders = new HashMap<>();

    LatchOverSocketsTest() throws IOException {
        agent = new Peer();
        for (String name : List.of("S", "A", "B")) {
            senders.put(name, new Peer());
        }
    }

    @AfterEach
    void close() {
        plane.close();
        agent.close();
        senders.values().forEach(Peer::close);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
        # from,    carried, strangers, answers go to
        -,         0,       0,         S
        A,         1,       0,         A
        A B,       1,       1,         A
        A S,       2,       0,         S
        A S A,     2,       1,         S
        S,         1,       0,         S
        S A B,     1,       2,         S
        S S A S,   3,       1,         S
        """)
    void followsTheTable(String from, int carried, int strangers, String answersGoTo) throws Exception {
        CallMedia call = plane.open("latch");
        call.connect(Side.CALLER, Bench.plain(peer("S").address()));
        call.connect(Side.AGENT, Bench.plain(agent.address()));

        int sequence = 100;
        int judged = 0;
        for (String name : from.equals("-") ? new String[0] : from.split(" ")) {
            peer(name).send(call.port(Side.CALLER), Rtp.audio(sequence++, 5));
            int all = ++judged;
            Until.holds("judged", () -> judged() == all);
        }

        assertThat(plane.counters().packets(Verdict.NEXT)).isEqualTo(carried);
        assertThat(plane.counters().packets(Verdict.SOURCE_STRANGER)).isEqualTo(strangers);
        agent.send(call.port(Side.AGENT), Rtp.audio(1, 6));
        assertThat(peer(answersGoTo).receive()).hasSize(172);
    }

    private long judged() {
        return plane.counters().packets(Verdict.NEXT) + plane.counters().packets(Verdict.SOURCE_STRANGER);
    }

    @Test
    void followsAReInviteToAnotherAddress() throws Exception {
        CallMedia call = plane.open("moves");
        call.connect(Side.CALLER, Bench.plain(peer("A").address()));
        call.connect(Side.AGENT, Bench.plain(agent.address()));
        peer("A").send(call.port(Side.CALLER), Rtp.audio(1, 5));
        agent.receive();

        call.connect(Side.CALLER, Bench.plain(peer("B").address()));
        agent.send(call.port(Side.AGENT), Rtp.audio(1, 6));
        assertThat(peer("B").receive()).hasSize(172);
        peer("A").send(call.port(Side.CALLER), Rtp.audio(2, 5)); // still in flight from the old address
        Until.holds("refused", () -> plane.counters().packets(Verdict.SOURCE_STRANGER) == 1);
        peer("B").send(call.port(Side.CALLER), Rtp.audio(3, 5));
        agent.receive();
    }

    @Test
    void noOtherProcessCanShareAPortOnceThePeerIsConnected() throws Exception {
        CallMedia call = plane.open("exclusive");
        call.connect(Side.CALLER, Bench.plain(peer("S").address()));
        call.connect(Side.AGENT, Bench.plain(agent.address()));
        peer("S").send(call.port(Side.CALLER), Rtp.audio(1, 5));
        agent.receive();

        InetSocketAddress ours = new InetSocketAddress(InetAddress.getLoopbackAddress(), call.port(Side.CALLER));
        try (java.net.DatagramSocket thief = new java.net.DatagramSocket(null)) {
            thief.setReuseAddress(true);
            Assertions.assertThatThrownBy(() -> thief.bind(ours)).isInstanceOf(java.net.BindException.class);
        }
    }

    private Peer peer(String name) {
        Peer peer = senders.get(name);
        if (peer == null) {
            throw new AssertionError("no peer " + name);
        }
        return peer;
    }
}
