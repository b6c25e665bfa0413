package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpSuite;

/**
 * Packets that come while a leg turns to its peer: before, between and behind each step of it. All arrive, in order, and
 * a stranger's among them are refused.
 */
@Timeout(120)
final class LatchBurstTest {
    private static final int LEGS = 300; // the first ones on cold code, where the steps are far apart
    private static final int BURST = 60; // fits the kernel's queue even where the worker does not run meanwhile

    @Test
    void aBurstAtTheMomentOfTheLatchLosesNothing() throws Exception {
        try (MediaPlane plane = Bench.plane();
                Peer caller = new Peer();
                Peer agent = new Peer();
                Peer stranger = new Peer()) {
            int strangers = 0;
            for (int leg = 0; leg < LEGS; leg++) {
                Until.holds("ports are back", () -> plane.counters().portPairsInUse() <= 60);
                try (CallMedia call = plane.open("burst-" + leg)) {
                    call.connect(Side.CALLER, Bench.plain(caller.address()));
                    call.connect(Side.AGENT, Bench.plain(agent.address()));
                    int port = call.port(Side.CALLER);
                    for (int i = 0; i < BURST; i++) {
                        caller.send(port, Rtp.audio(i, 5));
                        if (i % 6 == 1) { // behind the first of the peer's, or it would be the first come
                            stranger.send(port, Rtp.audio(1_000 + i, 6));
                            strangers++;
                        }
                    }
                    assertThat(sequences(agent)).as("leg " + leg).isEqualTo(upTo(BURST));
                }
            }
            long refused = strangers;
            Until.holds("all refused", () -> plane.counters().packets(Verdict.SOURCE_STRANGER) == refused);
            assertThat(plane.counters().packets(Verdict.NEXT)).isEqualTo((long) LEGS * BURST);
            assertThat(plane.faults()).isZero();
        }
    }

    @Test
    void anAuthenticPeerThatMovesLosesNothing() throws Exception {
        SrtpSuite suite = SrtpSuite.AEAD_AES_128_GCM;
        try (MediaPlane plane = Bench.plane();
                Peer caller = new Peer();
                Peer home = new Peer();
                Peer away = new Peer()) {
            for (int leg = 0; leg < LEGS / 3; leg++) {
                Until.holds("ports are back", () -> plane.counters().portPairsInUse() <= 60);
                try (CallMedia call = plane.open("moves-" + leg);
                        SrtpEnd phone = new SrtpEnd(suite, 1, 2)) {
                    call.connect(Side.CALLER, Bench.plain(caller.address()));
                    call.connect(Side.AGENT, Bench.srtp(home.address(), suite, 1, 2));
                    for (int i = 0; i < BURST; i++) {
                        Peer from = i < BURST / 2 ? home : away; // NAT rebinding in the midst of it
                        from.send(call.port(Side.AGENT), phone.seal(Rtp.audio(i, 5)));
                    }
                    assertThat(sequences(caller)).as("leg " + leg).containsExactlyInAnyOrderElementsOf(upTo(BURST));
                    caller.send(call.port(Side.CALLER), Rtp.audio(1, 7));
                    assertThat(phone.open(away.receive())).isNotEmpty();
                }
            }
            assertThat(plane.faults()).isZero();
        }
    }

    @Test
    void manyLegsThatLatchAtOnceLoseNothing() throws Exception {
        try (MediaPlane plane = MediaPlane.start(Bench.settings(256, Optional.empty()));
                Peer agent = new Peer()) {
            List<CallMedia> calls = new ArrayList<>();
            List<Peer> callers = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                CallMedia call = plane.open("many-" + i);
                Peer caller = new Peer();
                call.connect(Side.CALLER, Bench.plain(caller.address()));
                call.connect(Side.AGENT, Bench.plain(agent.address()));
                calls.add(call);
                callers.add(caller);
            }
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> sendAll(calls, callers));
            sent.join();
            Until.holds("all forwarded", () -> plane.counters().packets(Verdict.NEXT) == 120L * 10);
            assertThat(plane.faults()).isZero();
            callers.forEach(Peer::close);
        }
    }

    private static void sendAll(List<CallMedia> calls, List<Peer> callers) {
        for (int packet = 0; packet < 10; packet++) {
            for (int i = 0; i < calls.size(); i++) {
                try {
                    callers.get(i).send(calls.get(i).port(Side.CALLER), Rtp.audio(packet, i));
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        }
    }

    /** Of as many packets as come, less the first's: the proxy begins where it likes. */
    private static List<Integer> sequences(Peer at) throws Exception {
        List<Integer> sequences = new ArrayList<>();
        int first = -1;
        while (sequences.size() < BURST) {
            Optional<byte[]> packet = at.receive(1_000);
            if (packet.isEmpty()) {
                return sequences;
            }
            int sequence = Rtp.read(packet.get()).sequence();
            first = first < 0 ? sequence : first;
            sequences.add((sequence - first) & 0xFFFF);
        }
        return sequences;
    }

    private static List<Integer> upTo(int count) {
        return java.util.stream.IntStream.range(0, count).boxed().toList();
    }
}
