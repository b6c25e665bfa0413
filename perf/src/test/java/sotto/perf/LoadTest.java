package sotto.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

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
}
