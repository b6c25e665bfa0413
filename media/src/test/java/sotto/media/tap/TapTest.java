package sotto.media.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.media.codec.AudioFormat;
import sotto.media.codec.G711;
import sotto.media.packet.RtpView;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;

/** Real files, read back with the JDK's own WAV reader. Time is told, so that each sample's place is known. */
final class TapTest {
    private static final long MS = 1_000_000;
    private static final int OFFSET = 5;
    private static final int PACKET_SAMPLES = 160;

    @TempDir
    Path directory = Path.of("");

    private final AtomicLong clockNs = new AtomicLong(Long.MAX_VALUE - 5_000 * MS); // wraps during the call
    private final long zeroNs = clockNs.get();
    private final MemorySegment memory = Arena.ofAuto().allocate(4096);
    private final RtpView view = new RtpView(memory);

    @Test
    void placesAudioOverLossReorderHoldAndChangeOfSource() throws Exception {
        try (Tap tap = start()) {
            TapStream caller = open(tap, "call", Side.CALLER);
            TapStream agent = open(tap, "call", Side.AGENT);
            send(caller, 1, -160, 1000, 10); // time 1,000 ms, the timestamp wraps with the next
            send(caller, 1, 0, 1031, 11); // 11 ms of jitter: 1,020
            send(caller, 1, 480, 1080, 14); // 1,080
            send(caller, 1, 320, 1081, 13); // late: 1,060; 1,040 is lost
            send(caller, 1, 480 + 8 * 3000, 4080, 15); // 3 s of hold
            send(caller, 2, 99, 4100, 16); // other source
            endAt(5000, caller, agent);
        }
        short[] audio = read("call-caller.wav");
        assertThat(audio).hasSize(5000 * 8);
        assertAudio(audio, 1000, 10);
        assertAudio(audio, 1020, 11);
        assertSilence(audio, 1040, 1060);
        assertAudio(audio, 1060, 13);
        assertAudio(audio, 1080, 14);
        assertSilence(audio, 1100, 4080);
        assertAudio(audio, 4080, 15);
        assertAudio(audio, 4100, 16);
        assertSilence(audio, 0, 1000);
        assertSilence(audio, 4120, 5000);
        assertThat(read("call-agent.wav")).hasSize(5000 * 8).containsOnly((short) 0);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("call-agent.wav"))))
                .isEqualTo("rw-------");
    }

    @Test
    void hostileTimestampsFillNoDisk() throws Exception {
        try (Tap tap = start()) {
            TapStream caller = open(tap, "call", Side.CALLER);
            int[] timestamps = {0, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 1 << 30, 5, 1 << 24, -(1 << 24)};
            for (int i = 0; i < 400; i++) {
                send(caller, 1, timestamps[i % timestamps.length] + i, i * 20L, 7);
            }
            endAt(8000, caller);
        }
        short[] audio = read("call-caller.wav");
        assertThat(audio).hasSize(8000 * 8);
        assertAudio(audio, 20, 7);
        assertAudio(audio, 7960, 7);
    }

    @Test
    void burstAfterAStallKeepsItsPlaceAndDriftIsCaught() throws Exception {
        try (Tap tap = start()) {
            TapStream caller = open(tap, "call", Side.CALLER);
            send(caller, 1, 0, 0, 1);
            for (int i = 1; i <= 20; i++) { // 20 to 400 ms, all come at 400
                send(caller, 1, i * PACKET_SAMPLES, 400, i + 1);
            }
            for (int i = 0; i < 120; i++) { // a source that stood still for 300 ms and never says so
                send(caller, 1, (21 + i) * PACKET_SAMPLES, 720 + i * 20L, 40);
            }
            endAt(4000, caller);
        }
        short[] audio = read("call-caller.wav");
        for (int i = 0; i <= 20; i++) {
            assertAudio(audio, i * 20, i + 1);
        }
        assertAudio(audio, 720 + 119 * 20, 40); // by arrival again after a second
    }

    @Test
    void twoCallsOfHostileNamesDoNotMix() throws Exception {
        try (Tap tap = start()) {
            TapStream first = open(tap, "../a b", Side.CALLER);
            TapStream second = open(tap, "../a_b", Side.CALLER);
            TapStream third = open(tap, "x".repeat(4000), Side.CALLER);
            TapStream again = open(tap, "x".repeat(4001), Side.CALLER);
            send(first, 1, 0, 0, 1);
            send(second, 1, 0, 0, 2);
            send(third, 1, 0, 0, 3);
            send(again, 1, 0, 0, 4);
            endAt(100, first, second, third, again);
        }
        assertAudio(read("%2e.%2fa%20b-caller.wav"), 0, 1);
        assertAudio(read("%2e.%2fa_b-caller.wav"), 0, 2);
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(4);
        }
    }

    @Test
    void sameCallIdAgainNeverTouchesTheFirstRecording() throws Exception {
        try (Tap tap = start()) {
            for (int value = 1; value <= 2; value++) {
                clockNs.set(zeroNs);
                TapStream caller = open(tap, "call", Side.CALLER);
                send(caller, 1, 0, 0, value);
                endAt(50, caller);
            }
        }
        assertAudio(read("call-caller.wav"), 0, 1);
        assertAudio(read("call-caller-2.wav"), 0, 2);
    }

    @Test
    void keyPressesAndOpaqueAudioAreSilence() throws Exception {
        try (Tap tap = start()) {
            TapStream caller = open(tap, "call", Side.CALLER);
            build(1, 0, 9);
            view.payloadType(101);
            caller.process(view, zeroNs);
            caller.settle(AudioFormat.OPAQUE, 0);
            send(caller, 1, 160, 20, 9);
            caller.settle(AudioFormat.PCMU, 0);
            send(caller, 1, 320, 40, 9);
            endAt(80, caller);
        }
        short[] audio = read("call-caller.wav");
        assertSilence(audio, 0, 40);
        assertAudio(audio, 40, 9);
    }

    @Test
    void fullRingIsCountedAndAcknowledgedInOrder() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch acknowledged = new CountDownLatch(1);
        try (Tap tap = Tap.start(Optional.of(directory), clockNs::get, 16)) {
            TapStream caller = open(tap, "call", Side.CALLER);
            tap.acknowledge(() -> {
                busy.countDown();
                await(held);
            });
            assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue(); // the reader is, from here on
            for (int i = 0; i < 20; i++) {
                send(caller, 1, i * PACKET_SAMPLES, i * 20L, i + 1);
            }
            assertThat(tap.dropped()).isEqualTo(4);
            assertThat(tap.acknowledge(acknowledged::countDown)).isTrue();
            assertThat(acknowledged.getCount()).isOne();
            held.countDown();
            assertThat(acknowledged.await(10, TimeUnit.SECONDS)).isTrue();
            endAt(400, caller);
        }
        short[] audio = read("call-caller.wav");
        assertAudio(audio, 15 * 20, 16);
        assertSilence(audio, 16 * 20, 400);
    }

    @Test
    void fileOfAKilledProcessPlaysUpToTheLastFlush() throws Exception {
        WavFile file = WavFile.create(directory, "killed");
        byte[] payload = new byte[PACKET_SAMPLES];
        java.util.Arrays.fill(payload, G711.MU_LAW.octet(5000));
        for (int i = 0; i < 500; i++) { // 10 s, never closed
            file.put(i * (long) PACKET_SAMPLES, payload, payload.length, G711.MU_LAW);
        }
        short[] unclosed = read("killed.wav");
        assertThat(unclosed.length).isBetween(80_000 - WavFile.WINDOW_SAMPLES, 80_000);
        assertThat(unclosed).containsOnly(G711.MU_LAW.linear(G711.MU_LAW.octet(5000)));
        file.flush();
        assertThat(read("killed.wav")).hasSize(80_000);
        file.close();
    }

    @Test
    void readerFlushesEverySecondByItself() throws Exception {
        try (Tap tap = start()) {
            TapStream caller = open(tap, "call", Side.CALLER);
            send(caller, 1, 0, 0, 3);
            long deadline = System.nanoTime() + 10_000 * MS;
            Path file = directory.resolve("call-caller.wav");
            while (!isThere(file, 44 + 2 * PACKET_SAMPLES)) {
                assertThat(System.nanoTime()).as("flushed in time").isLessThan(deadline);
                Thread.onSpinWait();
            }
            assertAudio(read("call-caller.wav"), 0, 3);
        }
    }

    /** A file has its length before it has what is in it. */
    private static boolean isThere(Path file, int bytes) throws IOException {
        byte[] octets = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        return octets.length >= bytes && octets[bytes - 1] != 0;
    }

    @Test
    void directoryThatCannotBeIsRefusedAtStart() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> Tap.start(Optional.of(file.resolve("below"))))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("tap directory " + file.resolve("below") + " cannot be made or written")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void directoryThatVanishesHarmsNoCall() throws Exception {
        Path gone = directory.resolve("gone");
        CountDownLatch written = new CountDownLatch(1);
        try (Tap tap = Tap.start(Optional.of(gone), clockNs::get, 64)) {
            Files.delete(gone);
            TapStream caller = open(tap, "call", Side.CALLER);
            send(caller, 1, 0, 0, 1);
            tap.acknowledge(written::countDown);
            assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(tap.failedFiles()).isOne();
            assertThat(tap.unwritten()).isOne();
            assertThat(tap.isOn()).isTrue();
        }
    }

    @Test
    void offItTakesNothingAndAcknowledgesAtOnce() {
        try (Tap tap = Tap.start(Optional.empty())) {
            assertThat(tap.isOn()).isFalse();
            AtomicLong done = new AtomicLong();
            assertThat(tap.acknowledge(done::incrementAndGet)).isTrue();
            assertThat(done.get()).isOne();
            send(open(tap, "call", Side.CALLER), 1, 0, 0, 1);
        }
    }

    @Test
    void allocatesNothing() {
        CountDownLatch held = new CountDownLatch(1);
        try (Tap tap = Tap.start(Optional.of(directory), clockNs::get, 64)) { // small: full now and then
            TapStream caller = open(tap, "call", Side.CALLER);
            tap.acknowledge(() -> await(held));
            run(caller, 0, 1_000); // finds the ring full for the first time
            held.countDown();
            assertThat(leastAllocated(() -> run(caller, 1_000, 21_000))).isZero();
            assertThat(tap.dropped()).isPositive();
        }
    }

    /** Least of ten rounds: the compiler may allocate once when it changes its mind, a packet's garbage is in each round. */
    private static long leastAllocated(Runnable round) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 10 && least > 0; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            round.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private void run(TapStream stream, int from, int to) {
        for (int i = from; i < to; i++) {
            send(stream, 1, i * PACKET_SAMPLES, i * 20L, i);
        }
    }

    private Tap start() {
        return Tap.start(Optional.of(directory), clockNs::get, 1024);
    }

    private static TapStream open(Tap tap, String callId, Side side) {
        TapStream stream = tap.open(callId, side);
        stream.settle(AudioFormat.PCMU, 0);
        return stream;
    }

    private void endAt(long ms, TapStream... streams) {
        clockNs.set(zeroNs + ms * MS);
        for (TapStream stream : streams) {
            stream.close();
        }
    }

    /** One packet of 20 ms whose samples all have the value of an octet. */
    private void send(TapStream stream, int ssrc, int timestamp, long ms, int octet) {
        build(ssrc, timestamp, octet);
        if (stream.process(view, zeroNs + ms * MS) != Verdict.NEXT) {
            throw new AssertionError("the tap is not in a packet's way");
        }
    }

    private void build(int ssrc, int timestamp, int octet) {
        for (int i = 0; i < 12 + PACKET_SAMPLES; i++) {
            memory.set(ValueLayout.JAVA_BYTE, OFFSET + i, (byte) octet);
        }
        memory.set(ValueLayout.JAVA_BYTE, OFFSET, (byte) 0x80);
        view.wrap(OFFSET, 12 + PACKET_SAMPLES);
        view.payloadType(0);
        view.marker(false);
        view.ssrc(ssrc);
        view.timestamp(timestamp);
    }

    private short[] read(String name) throws Exception {
        try (AudioInputStream in =
                AudioSystem.getAudioInputStream(directory.resolve(name).toFile())) {
            assertThat(in.getFormat().toString())
                    .isEqualTo("PCM_SIGNED 8000.0 Hz, 16 bit, mono, 2 bytes/frame, little-endian");
            short[] samples = new short[(int) in.getFrameLength()];
            ByteBuffer.wrap(in.readAllBytes())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asShortBuffer()
                    .get(samples);
            return samples;
        }
    }

    private static void assertAudio(short[] audio, int ms, int octet) {
        assertThat(java.util.Arrays.copyOfRange(audio, ms * 8, ms * 8 + PACKET_SAMPLES))
                .as("%d ms", ms)
                .containsOnly(G711.MU_LAW.linear(octet));
    }

    private static void assertSilence(short[] audio, int fromMs, int toMs) {
        assertThat(java.util.Arrays.copyOfRange(audio, fromMs * 8, toMs * 8))
                .as("%d to %d ms", fromMs, toMs)
                .containsOnly((short) 0);
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("never let go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
