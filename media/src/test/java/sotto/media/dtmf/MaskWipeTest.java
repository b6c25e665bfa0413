package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sotto.media.codec.AudioFormat;
import sotto.media.codec.G711;
import sotto.media.packet.Verdict;

/** Nothing of a caller's line outlives the mask, in native memory or on the heap. */
final class MaskWipeTest {
    private static final int SAMPLES = 160;
    private static final long PACKET_NS = 20_000_000L;

    private final Mask mask = new Mask();
    private final KeyRing keys = new KeyRing();
    private final Stream stream = new Stream(3);
    private final double[] line = new double[40 * SAMPLES];
    private int packets;

    MaskWipeTest() {
        mask.settle(AudioFormat.PCMA, Stream.AUDIO, OptionalInt.of(Stream.EVENT));
        new Tones.Press(7, -12, 0, 0, 0).addTo(line, 5 * SAMPLES, 5 * SAMPLES, new Random(3));
        Tones.noise(line, -30, new Random(4));
    }

    @Test
    void closingLeavesNothing() throws InterruptedException {
        mask.arm(keys);
        send(10);
        mask.process(stream.event(9, false, true, stream.timestamp, 400), packets * PACKET_NS);
        send(3);
        assertThat(Residue.of(mask).toString())
                .contains("audio.held.memory", "audio.hop", "bank.history", "presses", "keys");

        mask.close();
        mask.close();
        assertThat(Residue.of(mask)).isEmpty();
        assertThat(Residue.of(keys)).isEmpty();
        assertThat(keys.next(Duration.ZERO)).isEqualTo(KeyRing.END_OF_KEYS);
        assertThat(mask.isOn()).isFalse();
    }

    @Test
    void nothingPassesOnceClosed() {
        mask.arm(keys);
        mask.close();
        assertThat(mask.process(stream.audio(new byte[SAMPLES]), 0)).isEqualTo(Verdict.KEY_PRESS_MASKED);
        KeyRing late = new KeyRing();
        mask.arm(late);
        assertThat(mask.process(stream.audio(new byte[SAMPLES]), 0)).isEqualTo(Verdict.KEY_PRESS_MASKED);
        assertThat(late.offer(1)).isFalse();
        assertThat(Residue.of(mask)).isEmpty();
    }

    @Test
    void turningItOffLeavesNothingOnceItIsOff() {
        mask.arm(keys);
        send(12);
        mask.disarm();
        keys.close();
        assertThat(mask.isOn()).isTrue();
        for (int i = 0; i < 20 && mask.isOn(); i++) {
            send(1);
        }
        assertThat(mask.isOn()).isFalse();
        assertThat(Residue.of(mask)).isEmpty();
    }

    @Test
    void aSilentLineLeavesNothing() {
        mask.arm(keys);
        send(9);
        mask.disarm();
        keys.close();
        List<Long> ticksNs = List.of(0L, 100_000_000L, 2_900_000_000L, 3_100_000_000L);
        for (long tickNs : ticksNs) {
            assertThat(mask.isOn()).isTrue();
            mask.tick(Long.MAX_VALUE - 1_000_000_000L + tickNs); // wraps on the way
        }
        assertThat(mask.isOn()).isFalse();
        assertThat(Residue.of(mask)).isEmpty();
    }

    /** Reports of a press, and its end, which is sent three times. */
    @Test
    void noCopyOfAnEndPassesAMaskThatCannotReadTheAudio() {
        mask.settle(AudioFormat.OPAQUE, Stream.AUDIO, OptionalInt.of(Stream.EVENT));
        mask.arm(keys);
        int ticks = stream.timestamp;
        mask.process(stream.event(4, false, true, ticks, 160), 0);
        mask.disarm();
        for (int i = 1; i <= 3; i++) {
            assertThat(mask.process(stream.event(4, true, false, ticks, 320), i * PACKET_NS))
                    .isEqualTo(Verdict.KEY_PRESS_MASKED);
        }
        assertThat(mask.process(stream.audio(new byte[SAMPLES]), 20 * PACKET_NS))
                .isEqualTo(Verdict.CODEC_MUTED);
        assertThat(mask.process(stream.audio(new byte[SAMPLES]), 21 * PACKET_NS))
                .isEqualTo(Verdict.NEXT);
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            byte[] octets = new byte[SAMPLES];
            for (int n = 0; n < SAMPLES; n++) {
                octets[n] = G711.A_LAW.octet((int) line[packets * SAMPLES + n]);
            }
            mask.process(stream.audio(octets), packets++ * PACKET_NS);
        }
    }
}
