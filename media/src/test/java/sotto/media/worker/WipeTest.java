package sotto.media.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.media.codec.AudioFormat;
import sotto.media.dtmf.KeyRing;
import sotto.media.dtmf.MaskSettings;
import sotto.media.dtmf.Residue;
import sotto.media.net.PortPair;
import sotto.media.net.PortPool;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.tap.Tap;

/** A call that ends while it is masked leaves none of the caller's audio and no key, whichever way it ends. */
@Timeout(20)
final class WipeTest {
    private static final int EVENT = 101;
    private static final byte PATTERN = 0x5A;

    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private final int firstPort = 20_000 + 2 * new Random().nextInt(5_000);
    private final PortPool pool = new PortPool(loopback, firstPort, firstPort + 31, new Random());
    private final Tap tap = Tap.start(Optional.empty());
    private final Worker worker = new Worker("media-wipe", EngineUnderTest.engine());
    private final KeyRing keys = new KeyRing();

    enum End {
        CALL_CLOSES,
        CALL_FAILS,
        WORKER_STOPS,
        WORKER_DIES
    }

    @AfterEach
    void close() {
        worker.close();
        tap.close();
    }

    @ParameterizedTest
    @EnumSource
    void leavesNothing(End end) throws Exception {
        worker.start();
        PortPair pair = pool.take().orElseThrow();
        Call call = Call.open("masked", worker, pair, pool.take().orElseThrow(), tap);
        try (DatagramSocket caller = new DatagramSocket(new InetSocketAddress(loopback, 0))) {
            InetSocketAddress from = (InetSocketAddress) caller.getLocalSocketAddress();
            assertThat(call.connect(Side.CALLER, plan(from))).succeedsWithin(Duration.ofSeconds(20));
            assertThat(call.connect(Side.AGENT, plan(from))).succeedsWithin(Duration.ofSeconds(20));
            assertThat(call.arm(keys, MaskSettings.DEFAULT)).succeedsWithin(Duration.ofSeconds(20));
            send(caller, pair.port(), 0, 1, 160);
            send(caller, pair.port(), 0, 2, 160);
            send(caller, pair.port(), EVENT, 3, 4);
        }
        until(() -> worker.counts().packets(Verdict.KEY_PRESS_MASKED) == 1);
        assertThat(worker.counts().packets(Verdict.TONE_HELD)).isEqualTo(2);
        Object mask = mask(call);
        assertThat(Residue.of(mask).toString()).contains("held.memory", "keys.slots");

        switch (end) {
            case CALL_CLOSES -> call.close();
            case CALL_FAILS -> worker.execute(() -> worker.fault(call, new IllegalStateException("of a stage")));
            case WORKER_STOPS -> worker.close();
            case WORKER_DIES -> worker.execute(() -> worker.io().close());
        }
        until(() -> pool.inUse() == 0);
        assertThat(Residue.of(mask)).isEmpty();
        assertThat(Residue.of(keys)).isEmpty();
        assertThat(keys.next(Duration.ofSeconds(1))).isEqualTo(KeyRing.END_OF_KEYS);
        MemorySegment packets = worker.io().memory();
        assertThat(packets.toArray(ValueLayout.JAVA_BYTE)).as("packet memory").containsOnly(0);
    }

    @Test
    void aRingThatComesTooLateIsWiped() {
        worker.start();
        Call call =
                Call.open("over", worker, pool.take().orElseThrow(), pool.take().orElseThrow(), tap);
        call.close();
        keys.offer(5);
        assertThat(call.arm(keys, MaskSettings.DEFAULT)).failsWithin(Duration.ofSeconds(20));
        assertThat(Residue.of(keys)).isEmpty();
    }

    private static Object mask(Call call) throws ReflectiveOperationException {
        Field field = Call.class.getDeclaredField("mask");
        field.setAccessible(true);
        return field.get(call);
    }

    private static void send(DatagramSocket from, int port, int type, int sequence, int payloadBytes) throws Exception {
        byte[] payload = new byte[payloadBytes];
        Arrays.fill(payload, PATTERN);
        payload[0] = 7; // of an event: the key
        byte[] packet = ByteBuffer.allocate(12 + payloadBytes)
                .put((byte) 0x80)
                .put((byte) type)
                .putShort((short) sequence)
                .putInt(160 * sequence)
                .putInt(5)
                .put(payload)
                .array();
        from.send(new DatagramPacket(packet, packet.length, InetAddress.getLoopbackAddress(), port));
    }

    private static LegPlan plan(InetSocketAddress remote) {
        return new LegPlan(
                remote,
                new InetSocketAddress(remote.getAddress(), 9),
                AudioFormat.PCMU,
                0,
                OptionalInt.of(EVENT),
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
