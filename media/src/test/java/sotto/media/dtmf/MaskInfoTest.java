package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.codec.AudioFormat;
import sotto.media.codec.G711;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/** Key presses that come by SIP INFO, alone and beside the two carriers in RTP. */
final class MaskInfoTest {
    private static final int SAMPLES = 160;
    private static final int TICKS_A_MS = 8;
    private static final long PACKET_NS = 20_000_000;
    private static final int PACKET_MS = 20;
    private static final int PRESS_MS = 100;
    private static final int TAIL_MS = 1500;

    private final Mask mask = new Mask();
    private final KeyRing keys = new KeyRing();
    private final Stream stream = new Stream(19);
    private final int zero = stream.timestamp;

    MaskInfoTest() {
        mask.settle(AudioFormat.PCMA, Stream.AUDIO, OptionalInt.of(Stream.EVENT));
    }

    @Test
    void offNothingIsTaken() throws InterruptedException {
        mask.press(5, 160, 0);
        mask.arm(keys);
        assertThat(taken()).isEmpty();
        assertThat(mask.infoKeys()).isZero();
    }

    @Test
    void onEachKeyIsTakenInItsOrder() throws InterruptedException {
        mask.arm(keys);
        List<Integer> pressed = new ArrayList<>();
        for (int key = 0; key < 16; key++) {
            mask.press(key, 160, ns(key * 200));
            mask.press(key, 160, ns(key * 200 + 80)); // twice: two presses
            pressed.addAll(List.of(key, key));
        }
        assertThat(taken()).isEqualTo(pressed);
        assertThat(mask.infoKeys()).isEqualTo(32);
        assertThat(mask.presses()).isEqualTo(32);
    }

    /**
     * Presses of 100 ms, each in band, some as telephone-event too, each by INFO as well.
     *
     * @param pauseMs between them
     * @param infoMs when INFO comes, after the key went down
     * @param durationMs what it says
     */
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # pause, INFO comes, with duration
            100,         5,       250
            100,        20,       160
            100,       100,       100
            100,       180,       100
            100,       700,       100
            40,         10,       250
            40,        100,       100
            40,        400,       100
            40,        950,       100
            """)
    void whateverTellsOfAPressItIsOne(int pauseMs, int infoMs, int durationMs) throws InterruptedException {
        int[] pressed = {4, 1, 1, 1, 0, 0, 9, 9, 5, 5, 5, 5, 2, 11};
        double[] line = new double[(pressed.length * (PRESS_MS + pauseMs) + TAIL_MS) * TICKS_A_MS];
        for (int i = 0; i < pressed.length; i++) {
            new Tones.Press(pressed[i], -12, 0, 0, 0)
                    .addTo(line, onMs(i, pauseMs) * TICKS_A_MS, PRESS_MS * TICKS_A_MS, new Random(i));
        }
        mask.arm(keys);
        List<Integer> heard = new ArrayList<>();
        int told = 0;
        for (int ms = 0; (ms + PACKET_MS) * TICKS_A_MS <= line.length; ms++) {
            while (told < pressed.length && onMs(told, pauseMs) + infoMs <= ms) {
                mask.press(pressed[told++], durationMs, ns(ms));
            }
            if (ms > 0 && ms % PACKET_MS == 0) { // a packet has the 20 ms before now
                audio(line, ms);
                events(pressed, pauseMs, ms);
            }
            heard.addAll(taken());
        }
        assertThat(heard).containsExactly(Arrays.stream(pressed).boxed().toArray(Integer[]::new));
        assertThat(mask.infoKeys()).isEqualTo(pressed.length);
        assertThat(mask.inBandTones()).isEqualTo(pressed.length);
        assertThat(mask.telephoneEvents()).isEqualTo(pressed.length / 2);
    }

    /** INFO that is sent as the key comes up tells of a press that was heard long before. */
    @Test
    void aKeyThatIsHeldForLongIsOneKey() throws InterruptedException {
        double[] line = new double[(200 + 3000 + TAIL_MS) * TICKS_A_MS];
        new Tones.Press(8, -12, 0, 0, 0).addTo(line, 200 * TICKS_A_MS, 3000 * TICKS_A_MS, new Random(1));
        mask.arm(keys);
        for (int ms = PACKET_MS; ms * TICKS_A_MS < line.length; ms += PACKET_MS) {
            audio(line, ms);
            if (ms == 3400) {
                mask.press(8, 3000, ns(ms));
            }
        }
        assertThat(taken()).containsExactly(8);
        assertThat(mask.presses()).isEqualTo(2);
    }

    private static int onMs(int press, int pauseMs) {
        return 200 + press * (PRESS_MS + pauseMs);
    }

    private void audio(double[] line, int nowMs) {
        byte[] octets = new byte[SAMPLES];
        int from = (nowMs - PACKET_MS) * TICKS_A_MS;
        for (int i = 0; i < SAMPLES; i++) {
            octets[i] = G711.A_LAW.octet((int) line[from + i]);
        }
        stream.timestamp = zero + from;
        mask.process(stream.audio(octets), ns(nowMs));
    }

    /** Each second press has one. */
    private void events(int[] pressed, int pauseMs, int nowMs) {
        for (int i = 1; i < pressed.length; i += 2) {
            int sinceMs = nowMs - onMs(i, pauseMs);
            if (sinceMs >= PACKET_MS && sinceMs <= PRESS_MS) {
                mask.process(
                        stream.event(
                                pressed[i],
                                sinceMs == PRESS_MS,
                                sinceMs == PACKET_MS,
                                zero + onMs(i, pauseMs) * TICKS_A_MS,
                                sinceMs * TICKS_A_MS),
                        ns(nowMs));
            }
        }
    }

    /** Many phones send no audio while they send events; some none at all while nobody speaks. */
    @ParameterizedTest
    @ValueSource(ints = {0, 100, 400})
    void aLineWithoutAudioHasAClockToo(int infoAfterMs) throws InterruptedException {
        mask.arm(keys);
        mask.process(stream.audio(octets(0xD5)), 0);
        List<Integer> pressed = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int fromMs = 1000 + 600 * i;
            mask.process(stream.event(3, false, true, zero + fromMs * TICKS_A_MS, 160), ns(fromMs));
            mask.process(stream.event(3, true, false, zero + fromMs * TICKS_A_MS, 800), ns(fromMs + 100));
            mask.press(3, 100, ns(fromMs + 100 + infoAfterMs));
            pressed.add(3);
        }
        assertThat(taken()).isEqualTo(pressed);
    }

    @Test
    void itNeedsNoAudioThatCanBeRead() throws InterruptedException {
        mask.settle(AudioFormat.OPAQUE, 9, OptionalInt.of(Stream.EVENT));
        mask.arm(keys);
        for (int i = 0; i < 4; i++) {
            int ms = 700 * i;
            assertThat(mask.process(stream.packet(9, false, 0, new byte[20]), ns(ms)))
                    .isEqualTo(Verdict.CODEC_MUTED);
            if (i % 2 == 0) {
                mask.process(stream.event(8, false, true, 8000 * i, 160), ns(ms));
            }
            mask.press(8, 160, ns(ms + 200));
        }
        assertThat(taken()).containsExactly(8, 8, 8, 8);
    }

    @Test
    void itSilencesTheAudioAroundIt() {
        mask.arm(keys);
        byte[] speech = octets(0xD4);
        List<Integer> silenced = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            if (i == 10) {
                mask.press(7, 100, i * PACKET_NS);
            }
            RtpView packet = stream.audio(speech);
            if (mask.process(packet, i * PACKET_NS) == Verdict.NEXT
                    && !Arrays.equals(Stream.payload(packet), 16, 160, speech, 16, 160)) { // may fade in
                silenced.add(i - 2);
            }
        }
        assertThat(silenced).containsExactly(8, 9, 10, 11, 12); // two that were held, 60 ms that came
    }

    @Test
    void onceNoKeyIsWantedItIsDroppedAndItsToneAwaited() throws InterruptedException {
        mask.arm(keys);
        int packets = 0;
        for (; packets < 10; packets++) {
            mask.process(stream.audio(octets(0xD5)), packets * PACKET_NS);
        }
        mask.disarm();
        mask.press(6, 100, packets * PACKET_NS);
        for (int i = 0; i < 4; i++) { // without the press 40 ms are enough
            mask.process(stream.audio(octets(0xD5)), packets++ * PACKET_NS);
            assertThat(mask.isOn()).isTrue();
        }
        mask.process(stream.audio(octets(0xD5)), packets * PACKET_NS);
        assertThat(mask.isOn()).isFalse();
        mask.press(6, 100, packets * PACKET_NS);
        assertThat(taken()).isEmpty();
        assertThat(mask.infoKeys()).isEqualTo(1);
        assertThat(Residue.of(mask)).isEmpty();
    }

    @Test
    void aCallThatIsOverTakesNone() {
        mask.arm(keys);
        mask.press(6, 100, 0);
        mask.close();
        mask.press(7, 100, 0);
        assertThat(mask.infoKeys()).isEqualTo(1);
        assertThat(Residue.of(mask)).isEmpty();
        assertThat(Residue.of(keys)).isEmpty();
    }

    private static long ns(int ms) {
        return ms * 1_000_000L;
    }

    private static byte[] octets(int value) {
        byte[] octets = new byte[SAMPLES];
        Arrays.fill(octets, (byte) value);
        return octets;
    }

    private List<Integer> taken() throws InterruptedException {
        List<Integer> taken = new ArrayList<>();
        for (int key = keys.next(Duration.ZERO); key >= 0; key = keys.next(Duration.ZERO)) {
            taken.add(key);
        }
        return taken;
    }
}
