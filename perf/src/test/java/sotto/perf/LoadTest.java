package sotto.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import sotto.perf.dtmf.Packet;
import sotto.proxy.demo.G711;

/** The generator to itself: what it says of the program is worth nothing if it loses packets on its own. */
final class LoadTest {
    @Test
    void countsEveryPacketOfEveryCall() throws Exception {
        try (Load load = new Load()) {
            load.media(true);
            Load.Placed raised = load.raise(40, 400);
            assertThat(raised.answered()).isEqualTo(40);
            load.settle();
            load.talk(Duration.ofMillis(500));
            load.hush();
            assertThat(load.callers().sent()).isBetween(40L * 20, 40L * 27); // 25 packets a call
            assertThat(load.agents().received()).isEqualTo(load.callers().sent());
            assertThat(load.callers().received()).isEqualTo(load.agents().sent());
            assertThat(load.agents().delays().count())
                    .isEqualTo((int) load.agents().received());
            assertThat(load.agents().refused() + load.callers().refused()).isZero();
            load.endAll();
        }
    }

    @Test
    void endsEachCallAfterItsTime() throws Exception {
        try (Load load = new Load()) {
            Load.Placed placed = load.place(50, 200, Duration.ofMillis(100));
            assertThat(placed.answered()).isEqualTo(50);
            assertThat(placed.failed()).isZero();
            assertThat(placed.setups().ms(0.5)).isPositive();
        }
    }

    @Test
    void aCallThatNobodyAnswersHasFailed() throws Exception {
        try (Load load = new Load(Duration.ofMillis(700));
                DatagramSocket deaf = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            load.through(new InetSocketAddress(InetAddress.getLoopbackAddress(), deaf.getLocalPort()));
            Load.Placed placed = load.place(2, 100, Duration.ofMillis(100));
            assertThat(placed.answered()).isZero();
            assertThat(placed.failed()).isEqualTo(2);
        }
    }

    /** Two packets at a time, the second as an event of 40 ms ago, and then none. */
    @Test
    void aMouthSaysWhatGoesOut() throws Exception {
        byte[] audio = new byte[160];
        Arrays.fill(audio, (byte) 7);
        byte[] event = {5, 10, 0, 80};
        List<List<Packet>> said = List.of(
                List.of(new Packet(8, true, 0, 320, audio), new Packet(97, true, 2, 0, event)),
                List.of(),
                List.of(new Packet(97, false, 1, 0, event)));
        List<String> heard = new ArrayList<>();
        AtomicInteger base = new AtomicInteger();
        try (Load load = new Load()) {
            load.media(true);
            load.lines(new Lines() {
                private int tick;

                @Override
                public G711 law(int call) {
                    return G711.PCMA;
                }

                @Override
                public Mouth mouth(int call, String callId) {
                    return nowNs -> tick < said.size() ? said.get(tick++) : List.of();
                }

                @Override
                public Mouth answer(int call) {
                    return nowNs -> List.of();
                }

                @Override
                public Ear ear(int call) {
                    return (type, timestamp, payload, nowNs) -> {
                        base.compareAndSet(0, timestamp - 320);
                        heard.add(type + " " + (timestamp - base.get()) + " " + payload.length + " " + payload[0]);
                    };
                }
            });
            assertThat(load.raise(1, 100).answered()).isEqualTo(1);
            load.talk(Duration.ofMillis(200));
            load.endAll();
            assertThat(load.callers().received()).isZero();
        }
        assertThat(heard).containsExactly("8 320 160 7", "97 0 4 5", "97 0 4 5");
    }
}
