package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sotto.media.packet.Side;
import sotto.media.srtp.SrtpSuite;

/** Calls come and go; ports, sockets and keys come back. */
final class CallLifeTest {
    private static final int CYCLES = 1_000;

    @Test
    void leaksNothingOverManyCalls() throws Exception {
        try (MediaPlane plane = MediaPlane.start(Bench.settings(16, Optional.empty()));
                Peer caller = new Peer();
                Peer agent = new Peer()) {
            oneCall(plane, caller, agent, 0);
            Until.holds("first call is gone", () -> plane.counters().portPairsInUse() == 0);
            long before = openFiles();

            for (int i = 1; i <= CYCLES; i++) {
                oneCall(plane, caller, agent, i);
            }

            Until.holds("ports are back", () -> plane.counters().portPairsInUse() == 0);
            assertThat(openFiles()).isLessThanOrEqualTo(before + 3); // other threads may open one meanwhile
            assertThat(plane.faults()).isZero();
        }
    }

    private static void oneCall(MediaPlane plane, Peer caller, Peer agent, int number) throws Exception {
        Until.holds("room for a call", () -> plane.counters().portPairsInUse() <= 14);
        try (CallMedia call = plane.open("call-" + number);
                SrtpEnd phone = new SrtpEnd(SrtpSuite.AES_CM_128_HMAC_SHA1_80, 1, 2)) {
            call.connect(Side.CALLER, Bench.plain(caller.address()));
            call.connect(Side.AGENT, Bench.srtp(agent.address(), SrtpSuite.AES_CM_128_HMAC_SHA1_80, 1, 2));
            agent.send(call.port(Side.AGENT), phone.seal(Rtp.audio(number, 3))); // opens the second socket
            assertThat(caller.receive()).hasSize(172);
        }
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    void refusesACallWhenPortsRunOut() throws Exception {
        try (MediaPlane plane = MediaPlane.start(Bench.settings(5, Optional.empty()))) {
            List<CallMedia> calls = new ArrayList<>();
            assertThatThrownBy(() -> {
                        while (true) {
                            calls.add(plane.open("many"));
                        }
                    })
                    .isInstanceOf(NoFreePorts.class)
                    .hasMessageContaining("of 5 port pairs in use");
            assertThat(calls).isNotEmpty();
            assertThat(plane.counters().portPairsInUse()).isEqualTo(2 * calls.size()); // half a call holds nothing

            calls.getFirst().close();
            calls.getFirst().close();
            Until.holds("two pairs are back", () -> plane.counters().portPairsInUse() == 2 * calls.size() - 2);
            plane.open("again").close();
        }
    }

    @Test
    void reportsACallThatEnded() throws Exception {
        try (MediaPlane plane = Bench.plane();
                Peer caller = new Peer();
                Peer agent = new Peer()) {
            CallMedia call = plane.open("ended");
            call.connect(Side.CALLER, Bench.plain(caller.address()));
            call.connect(Side.AGENT, Bench.plain(agent.address()));
            caller.send(call.port(Side.CALLER), Rtp.audio(1, 3));
            agent.receive();
            call.close();

            assertThat(call.report(Side.CALLER).orElseThrow().received()).isEqualTo(1);
            call.connect(Side.CALLER, Bench.plain(caller.address())); // too late: no harm
            Until.holds("ports are back", () -> plane.counters().portPairsInUse() == 0);
        }
    }

    @Test
    void refusesANameThatNobodyResolved() throws Exception {
        try (MediaPlane plane = Bench.plane();
                CallMedia call = plane.open("named")) {
            InetSocketAddress name = InetSocketAddress.createUnresolved("phone.example", 4_000);
            assertThatThrownBy(() -> call.connect(Side.CALLER, Bench.plain(name)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("CALLER");
        }
    }

    @Test
    void endsAllCallsWhenThePlaneCloses() throws Exception {
        MediaPlane plane = Bench.plane();
        CallMedia call = plane.open("left open");
        plane.close();

        assertThat(plane.counters().portPairsInUse()).isZero();
        assertThat(plane.healthy()).isTrue();
        assertThatThrownBy(call::mask).isInstanceOf(MaskRefused.class).hasMessageContaining("ended");
    }
}
