package sotto.media.tap;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.codec.AudioFormat;
import sotto.media.codec.G711;
import sotto.media.packet.RtpView;
import sotto.media.packet.Side;

/** Packets of 10 to 60 ms (RFC 3551 §4.2) lie end to end in the file, and comfort noise between them is silence. */
final class TapPacketTimesTest {
    private static final long MS = 1_000_000;
    private static final int OFFSET = 5;
    private static final int PACKETS = 12;
    private static final int PAUSE_MS = 400;
    private static final int COMFORT_NOISE = 13; // RFC 3389 §4

    @TempDir
    Path directory = Path.of("");

    private final AtomicLong clockNs = new AtomicLong(Long.MAX_VALUE - 500 * MS); // wraps during the call
    private final long zeroNs = clockNs.get();
    private final MemorySegment memory = Arena.ofAuto().allocate(4096);
    private final RtpView view = new RtpView(memory);

    @ParameterizedTest
    @ValueSource(ints = {10, 20, 30, 40, 60})
    void lieEndToEnd(int packetMs) throws Exception {
        int samples = 8 * packetMs;
        int talkMs = PACKETS * packetMs;
        try (Tap tap = Tap.start(Optional.of(directory), clockNs::get, 64);
                TapStream stream = tap.open("call", Side.CALLER)) {
            stream.settle(AudioFormat.PCMA, 8);
            for (int i = 0; i < PACKETS; i++) {
                send(stream, 8, samples, i * packetMs, 0x80 + i);
            }
            send(stream, COMFORT_NOISE, 1, talkMs, 70);
            for (int i = 0; i < PACKETS; i++) {
                send(stream, 8, samples, talkMs + PAUSE_MS + i * packetMs, 0x80 + i);
            }
            clockNs.set(zeroNs + (2 * talkMs + PAUSE_MS) * MS);
        }
        short[] audio = read();
        assertThat(audio).hasSize((2 * talkMs + PAUSE_MS) * 8);
        for (int i = 0; i < PACKETS; i++) {
            short[] packet = new short[samples];
            Arrays.fill(packet, G711.A_LAW.linear(0x80 + i));
            int at = i * samples;
            assertThat(Arrays.copyOfRange(audio, at, at + samples)).isEqualTo(packet);
            int again = (talkMs + PAUSE_MS) * 8 + at;
            assertThat(Arrays.copyOfRange(audio, again, again + samples)).isEqualTo(packet);
        }
        assertThat(Arrays.copyOfRange(audio, talkMs * 8, (talkMs + PAUSE_MS) * 8))
                .containsOnly((short) 0);
    }

    private void send(TapStream stream, int type, int octets, int ms, int octet) {
        clockNs.set(zeroNs + ms * MS);
        memory.set(ValueLayout.JAVA_BYTE, OFFSET, (byte) 0x80);
        memory.set(ValueLayout.JAVA_BYTE, OFFSET + 1, (byte) type);
        ValueLayout.OfInt word = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
        memory.set(word, OFFSET + 4, ms * 8 - 2_000);
        memory.set(word, OFFSET + 8, 7);
        for (int i = 0; i < octets; i++) {
            memory.set(ValueLayout.JAVA_BYTE, OFFSET + 12 + i, (byte) octet);
        }
        assertThat(view.wrap(OFFSET, 12 + octets)).isTrue();
        stream.process(view, clockNs.get());
    }

    private short[] read() throws Exception {
        try (AudioInputStream wav = AudioSystem.getAudioInputStream(
                directory.resolve("call-caller.wav").toFile())) {
            byte[] octets = wav.readAllBytes();
            short[] samples = new short[octets.length / 2];
            MemorySegment.ofArray(octets)
                    .asByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asShortBuffer()
                    .get(samples);
            return samples;
        }
    }
}
