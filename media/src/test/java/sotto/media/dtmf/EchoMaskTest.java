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
import sotto.media.codec.AudioFormat;
import sotto.media.codec.G711;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/** Keys of the caller that come back under the agent's voice: the copy of it has none. */
final class EchoMaskTest {
    private static final int SAMPLES = 160;
    private static final long PACKET_NS = 20_000_000;
    private static final int SAMPLES_A_MS = 8;
    private static final int TAIL_MS = 250;
    private static final int PRESSES = 6;
    private static final int APART = 8000;
    private static final int LINE = PRESSES * APART + 2 * APART;
    private static final byte SILENCE = G711.A_LAW.silence();

    private final Mask mask = new Mask();
    private final KeyRing keys = new KeyRing();
    private final Stream caller = new Stream(19);
    private final Stream agent = new Stream(140);
    private final int zero = agent.timestamp;
    private final byte[] said = new byte[LINE];
    private final byte[] copied = new byte[LINE];
    private final int[] copies = new int[LINE];
    private final EchoMask echo = new EchoMask(mask, this::copy);

    EchoMaskTest() {
        mask.settle(AudioFormat.PCMA, Stream.AUDIO, OptionalInt.of(Stream.EVENT));
        echo.settle(AudioFormat.PCMA, Stream.AUDIO);
    }

    private Verdict copy(RtpView packet, long nowNs) {
        assertThat(packet.ssrc()).isEqualTo(agent.ssrc);
        byte[] octets = Stream.payload(packet);
        int at = packet.timestamp() - zero;
        System.arraycopy(octets, 0, copied, at, octets.length);
        for (int i = at; i < at + octets.length; i++) {
            copies[i]++;
        }
        return Verdict.NEXT;
    }

    private static int onset(int press) {
        return APART / 2 + press * APART + 37 * press; // at any place in a packet
    }

    private void arm(int tailMs) {
        MaskSettings settings = new MaskSettings(Filling.SILENCE, Duration.ofMillis(tailMs));
        echo.arm(settings);
        mask.arm(keys);
    }

    /** The agent's voice all the time, and the caller's keys under it, that much later. */
    private void speak(int echoSamples) {
        double[] line = new double[LINE];
        Tones.voice(line, 3);
        Tones.noise(line, -50, new Random(4));
        for (int i = 0; i < PRESSES; i++) {
            new Tones.Press(i, -30, 0, 0, 0).addTo(line, onset(i) + echoSamples, 640, new Random(i));
        }
        for (int i = 0; i < LINE; i++) {
            said[i] = G711.A_LAW.octet((int) Math.round(line[i]));
        }
    }

    /** What the caller's leg carries by tones; by nothing but events, or INFO, it is noise. */
    private byte[] pressed(String carrier) {
        double[] line = new double[LINE];
        Tones.noise(line, -55, new Random(5));
        for (int i = 0; carrier.equals("tone") && i < PRESSES; i++) {
            new Tones.Press(i, -10, 0, 0, 0).addTo(line, onset(i), 640, new Random(i));
        }
        byte[] octets = new byte[LINE];
        for (int i = 0; i < LINE; i++) {
            octets[i] = G711.A_LAW.octet((int) Math.round(line[i]));
        }
        return octets;
    }

    private void talk(int packet, byte[] octets, String carrier) {
        long nowNs = packet * PACKET_NS;
        int from = packet * SAMPLES;
        for (int i = 0; i < PRESSES; i++) {
            int since = from + SAMPLES - onset(i);
            if (carrier.equals("event") && since >= 0 && since <= 800) {
                mask.process(caller.event(i, since > 640, since < SAMPLES, onset(i), Math.min(since, 640)), nowNs);
            } else if (carrier.equals("info") && since >= 0 && since < SAMPLES) {
                mask.press(i, 80, nowNs); // with the key's beginning: what comes later is too late
            }
        }
        mask.process(caller.audio(Arrays.copyOfRange(octets, from, from + SAMPLES)), nowNs);
    }

    private void answer(int packet) {
        byte[] octets = Arrays.copyOfRange(said, packet * SAMPLES, (packet + 1) * SAMPLES);
        RtpView view = agent.audio(octets);
        assertThat(echo.process(view, packet * PACKET_NS)).isEqualTo(Verdict.NEXT);
        assertThat(Stream.payload(view))
                .as("the packet itself goes on to the caller")
                .isEqualTo(octets);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
        # carrier, echo ms, agent's packets first
        tone,      0,       false
        tone,      0,       true
        tone,      20,      true
        tone,      120,     false
        tone,      240,     false
        event,     0,       true
        event,     120,     false
        event,     240,     true
        info,      0,       false
        info,      120,     false
        """)
    void noKeyIsInTheCopyOfTheAgentsAudio(String carrier, int echoMs, boolean agentFirst) {
        int echoSamples = echoMs * SAMPLES_A_MS;
        byte[] octets = pressed(carrier);
        speak(echoSamples);
        arm(TAIL_MS);
        for (int packet = 0; packet < LINE / SAMPLES; packet++) {
            if (agentFirst) {
                answer(packet);
            }
            talk(packet, octets, carrier);
            if (!agentFirst) {
                answer(packet);
            }
            if (packet == LINE / SAMPLES - 40) {
                mask.disarm();
                keys.close();
            }
        }
        assertThat(mask.isOn()).isFalse();
        assertThat(mask.presses()).isEqualTo(PRESSES);
        for (int i = 0; i < PRESSES; i++) {
            int from = onset(i) + echoSamples;
            assertThat(Arrays.copyOfRange(copied, from, from + 640))
                    .as("key " + i)
                    .containsOnly(SILENCE);
            int before = onset(i) - 2000;
            assertThat(Arrays.copyOfRange(copied, before, before + 1000))
                    .as("what was said before key " + i)
                    .isEqualTo(Arrays.copyOfRange(said, before, before + 1000));
        }
        assertThat(copies).as("each sample is copied once").containsOnly(1);
    }

    @Test
    void withoutATailTheCopyIsAsItWas() {
        speak(0);
        byte[] octets = pressed("tone");
        arm(0);
        for (int packet = 0; packet < LINE / SAMPLES; packet++) {
            talk(packet, octets, "tone");
            answer(packet);
        }
        assertThat(mask.presses()).isEqualTo(PRESSES);
        assertThat(copied).isEqualTo(said);
    }

    @Test
    void offItIsCopiedAtOnce() {
        speak(0);
        byte[] octets = pressed("tone");
        for (int packet = 0; packet < 10; packet++) {
            talk(packet, octets, "tone");
            answer(packet);
            assertThat(copies[packet * SAMPLES]).isEqualTo(1);
        }
    }

    @Test
    void anotherSourceOrCodecIsNotPlacedOnTheFormerClock() {
        speak(0);
        arm(TAIL_MS);
        answer(0);
        answer(1);
        agent.ssrc++; // asserted where it is copied
        for (int packet = 2; packet < 10; packet++) {
            answer(packet);
        }
        assertThat(Arrays.copyOf(copies, 2 * SAMPLES)).containsOnly(0);
        assertThat(copies[2 * SAMPLES]).isEqualTo(1);
        echo.settle(AudioFormat.OPAQUE, 9);
        List<Integer> before = copiesSoFar();
        for (int packet = 10; packet < 20; packet++) {
            answer(packet);
        }
        assertThat(copiesSoFar()).isEqualTo(before);
    }

    private List<Integer> copiesSoFar() {
        List<Integer> all = new ArrayList<>();
        Arrays.stream(copies).forEach(all::add);
        return all;
    }
}
