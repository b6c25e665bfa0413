package sotto.media.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sotto.media.codec.AudioFormat;
import sotto.media.dtmf.KeyRing;
import sotto.media.dtmf.MaskSettings;
import sotto.media.net.PortPair;
import sotto.media.net.PortPool;
import sotto.media.packet.Side;
import sotto.media.tap.Tap;

/** Faults of ours end one call, never the worker; a worker that ends is seen to. */
@Timeout(20)
final class WorkerTest {
    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private final int firstPort = 20_000 + 2 * new Random().nextInt(5_000);
    private final PortPool pool = new PortPool(loopback, firstPort, firstPort + 63, new Random());
    private final Tap tap = Tap.start(Optional.empty());
    private final Worker worker = new Worker("media-test", EngineUnderTest.engine());

    @BeforeEach
    void start() {
        worker.start();
    }

    @AfterEach
    void close() {
        worker.close();
        tap.close();
    }

    @Test
    void aFaultInOneCallEndsThatCallAlone() throws Exception {
        Call bad = call("bad");
        Call good = call("good");
        KeyRing keys = new KeyRing();
        bad.arm(keys, MaskSettings.DEFAULT).get(1, TimeUnit.SECONDS);

        CompletableFuture<Void> settled = bad.connect(Side.CALLER, plan(loopback, 500)); // no payload type: our fault
        until(settled::isCompletedExceptionally);

        assertThat(worker.counts().faults()).isEqualTo(1);
        until(() -> pool.inUse() == 2);
        assertThat(keys.next(java.time.Duration.ofSeconds(1))).isEqualTo(KeyRing.END_OF_KEYS);
        assertThat(good.connect(Side.CALLER, plan(loopback, 0))).succeedsWithin(java.time.Duration.ofSeconds(20));
        assertThat(worker.isHealthy()).isTrue();
    }

    @Test
    void aFaultOnAPacketEndsThatCallAlone() throws Exception {
        Call bad = call("bad");
        Call good = call("good");
        worker.execute(() -> worker.fault(bad, new IllegalStateException("of a stage")));
        worker.execute(() -> worker.fault(bad, new IllegalStateException("again")));

        until(() -> worker.counts().faults() == 2);
        until(() -> pool.inUse() == 2);
        assertThat(good.connect(Side.CALLER, plan(loopback, 0))).succeedsWithin(java.time.Duration.ofSeconds(20));
    }

    @Test
    void outlivesACommandThatFails() {
        worker.execute(() -> {
            throw new IllegalStateException("of a command");
        });
        CompletableFuture<Void> next = new CompletableFuture<>();
        worker.execute(() -> next.complete(null));

        assertThat(next).succeedsWithin(java.time.Duration.ofSeconds(20));
        assertThat(worker.counts().faults()).isEqualTo(1);
    }

    @Test
    void aWorkerThatDiesSaysSoAndHoldsNothing() {
        Call call = call("orphan");
        KeyRing keys = new KeyRing();
        assertThat(call.arm(keys, MaskSettings.DEFAULT)).succeedsWithin(java.time.Duration.ofSeconds(20));
        worker.execute(() -> worker.io().close()); // its next wait throws

        until(() -> !worker.isHealthy());
        until(() -> pool.inUse() == 0);
        assertThat(call.arm(new KeyRing(), MaskSettings.DEFAULT)).failsWithin(java.time.Duration.ofSeconds(20));
    }

    @Test
    void aPacketFloodOnOnePortDoesNotStarveCommands() throws Exception {
        Call call = call("flooded");
        assertThat(call.connect(Side.CALLER, plan(loopback, 0))).succeedsWithin(java.time.Duration.ofSeconds(20));
        int port = call.ports().getFirst().port();
        Thread flood = Thread.ofPlatform().start(() -> flood(port));
        try {
            for (int i = 0; i < 50; i++) {
                assertThat(call.connect(Side.CALLER, plan(loopback, 0)))
                        .succeedsWithin(java.time.Duration.ofSeconds(20));
            }
        } finally {
            flood.interrupt();
            flood.join();
        }
    }

    private static void flood(int port) {
        try (DatagramSocket socket = new DatagramSocket()) {
            byte[] junk = new byte[100];
            while (!Thread.currentThread().isInterrupted()) {
                socket.send(new DatagramPacket(junk, junk.length, InetAddress.getLoopbackAddress(), port));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Call call(String id) {
        PortPair caller = pool.take().orElseThrow();
        PortPair agent = pool.take().orElseThrow();
        return Call.open(id, worker, caller, agent, tap);
    }

    private static LegPlan plan(InetAddress host, int payloadType) {
        InetSocketAddress remote = new InetSocketAddress(host, 9);
        return new LegPlan(
                remote,
                remote,
                AudioFormat.PCMU,
                payloadType,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                true);
    }

    private static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) { // the deadline is the test's own
            LockSupport.parkNanos(1_000_000);
        }
    }
}
