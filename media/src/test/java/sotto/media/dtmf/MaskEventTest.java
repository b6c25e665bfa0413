package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.codec.AudioFormat;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/** What the mask does with telephone-events and with the packets around them. */
final class MaskEventTest {
    private static final byte SILENCE = (byte) 0xD5;

    private final Mask mask = new Mask();
    private final KeyRing keys = new KeyRing();
    private final Stream stream = new Stream(129);
    private long nowNs = Long.MAX_VALUE - 50_000_000; // wraps in the test

    MaskEventTest() {
        mask.settle(AudioFormat.PCMA, Stream.AUDIO, OptionalInt.of(Stream.EVENT));
    }

    @Test
    void offEverythingPassesUntouchedAndPressesAreCounted() {
        byte[] speech = speech(1);
        for (int i = 0; i < 3; i++) {
            RtpView audio = stream.audio(speech);
            assertThat(process(audio)).isEqualTo(Verdict.NEXT);
            assertThat(Stream.payload(audio)).isEqualTo(speech);
        }
        assertThat(process(stream.event(5, false, true, 4000, 160))).isEqualTo(Verdict.NEXT);
        assertThat(process(stream.event(5, true, false, 4000, 320))).isEqualTo(Verdict.NEXT);
        assertThat(process(stream.packet(13, false, 5000, (byte) 40))).isEqualTo(Verdict.NEXT);
        assertThat(mask.telephoneEvents()).isEqualTo(1);
    }

    @Test
    void onEachPressGoesToTheRingAndNoEventPasses() throws InterruptedException {
        mask.arm(keys);
        for (int key = 0; key < 16; key++) {
            for (int report = 1; report < 6; report++) {
                assertThat(process(stream.event(key, report > 3, report == 1, key * 1600, report * 160)))
                        .isEqualTo(Verdict.KEY_PRESS_MASKED);
            }
            assertThat(keys.next(Duration.ZERO)).isEqualTo(key);
            assertThat(keys.next(Duration.ZERO)).isEqualTo(KeyRing.NO_KEY);
        }
        assertThat(mask.telephoneEvents()).isEqualTo(16);
    }

    /** RFC 2198 §3: all packets of 5 are lost; the next one brings it along. */
    @Test
    void aLostPressIsTakenFromWhatIsRedundant() throws InterruptedException {
        mask.arm(keys);
        process(stream.event(4, true, true, 0, 160));
        byte[] octets = HexFormat.ofDelimiter(" ").parseHex("E5 19 00 04 65 05 8A 01 90 06 0A 00 50"); // 1,600 before
        assertThat(process(stream.packet(102, true, 3200, octets))).isEqualTo(Verdict.KEY_PRESS_MASKED);
        assertThat(process(stream.packet(102, false, 3200, octets))).isEqualTo(Verdict.KEY_PRESS_MASKED);
        for (int key : new int[] {4, 5, 6, KeyRing.NO_KEY}) {
            assertThat(keys.next(Duration.ZERO)).isEqualTo(key);
        }
        assertThat(mask.telephoneEvents()).isEqualTo(3);
    }

    /** Types and payloads; a key where it reads as a report of one under a dynamic type, RFC 4733 §2.3. */
    @ParameterizedTest
    @CsvSource({
        "0, 05 8A 01 00, -1",
        "13, 05 8A 01 00, -1",
        "96, 05 8A 01 00, 5",
        "102, 0B 0A 00 A0, 11",
        "127, 0F 3F FF FF, 15",
        "102, 05 CA 01 00, -1", // reserved bit
        "102, 10 8A 01 00, -1", // flash
        "102, 05 8A 01, -1",
        "102, 05 8A 01 00 00, -1"
    })
    void onNothingPassesThatIsNotTheAudioOfTheLeg(int type, String payload, int key) throws InterruptedException {
        mask.arm(keys);
        byte[] octets = HexFormat.ofDelimiter(" ").parseHex(payload);
        for (int i = 0; i < 3; i++) { // reports come again
            assertThat(process(stream.packet(type, false, 0, octets))).isEqualTo(Verdict.KEY_PRESS_MASKED);
        }
        assertThat(keys.next(Duration.ZERO)).isEqualTo(key);
        assertThat(keys.next(Duration.ZERO)).isEqualTo(KeyRing.NO_KEY);
        assertThat(mask.telephoneEvents()).isEqualTo(key < 0 ? 0 : 1);
    }

    @Test
    void offNobodyLooksForKeysUnderOtherTypes() {
        assertThat(process(stream.packet(102, false, 0, (byte) 5, (byte) 0x8A, (byte) 1, (byte) 0)))
                .isEqualTo(Verdict.NEXT);
        assertThat(mask.telephoneEvents()).isZero();
    }

    @Test
    void aMalformedEventIsMaskedAndNotCounted() {
        mask.arm(keys);
        for (int octets = 0; octets < 4; octets++) {
            assertThat(process(stream.packet(Stream.EVENT, true, 800 * octets, new byte[octets])))
                    .isEqualTo(Verdict.KEY_PRESS_MASKED);
        }
        assertThat(mask.telephoneEvents()).isZero();
    }

    @Test
    void audioThatCannotBeDecodedIsMuted() {
        mask.settle(AudioFormat.OPAQUE, 9, OptionalInt.empty());
        assertThat(process(stream.packet(9, false, 0, speech(1)))).isEqualTo(Verdict.NEXT);
        mask.arm(keys);
        for (int i = 0; i < 10; i++) {
            assertThat(process(stream.packet(9, false, i * 160, speech(1)))).isEqualTo(Verdict.CODEC_MUTED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 160, 240, 320, 480})
    void audioComesAtLeastFortyMillisecondsLaterAndUnchanged(int samples) {
        mask.arm(keys);
        int behind = (320 + samples - 1) / samples;
        int first = stream.timestamp;
        for (int i = 0; i < 50; i++) {
            int sequence = stream.sequence & 0xFFFF;
            RtpView packet = stream.audio(speech(i, samples));
            Verdict verdict = process(packet);
            if (i < behind) {
                assertThat(verdict).isEqualTo(Verdict.TONE_HELD);
                continue;
            }
            assertThat(verdict).isEqualTo(Verdict.NEXT);
            assertThat(packet.sequence()).isEqualTo(sequence);
            assertThat(packet.timestamp()).isEqualTo(first + (i - behind) * samples);
            assertThat(packet.payloadType()).isEqualTo(Stream.AUDIO);
            assertThat(packet.lengthBytes()).isEqualTo(12 + samples);
            assertThat(Stream.payload(packet)).isEqualTo(speech(i - behind, samples));
        }
    }

    @Test
    void packetsOfDifferentSizesKeepTheirOwn() {
        mask.arm(keys);
        int[] sizes = {160, 80, 240, 480, 80, 160, 480, 80, 80, 80, 80, 80, 400, 1};
        int out = 0;
        for (int i = 0; i < 200; i++) {
            RtpView packet = stream.audio(speech(i, sizes[i % sizes.length]));
            if (process(packet) == Verdict.NEXT) {
                assertThat(Stream.payload(packet)).isEqualTo(speech(out, sizes[out % sizes.length]));
                out++;
            }
        }
        assertThat(out).isGreaterThan(150);
    }

    @Test
    void anEventSilencesTheAudioAroundIt() {
        mask.arm(keys);
        int silent = 0;
        for (int i = 0; i < 30; i++) {
            if (i >= 10 && i < 15) {
                process(stream.event(7, i > 13, i == 10, stream.timestamp, 160 * (i - 9)));
            }
            RtpView packet = stream.audio(speech(i));
            if (process(packet) == Verdict.NEXT) {
                byte[] heard = Stream.payload(packet);
                boolean spoken = Arrays.equals(heard, 16, 160, speech(i - 2), 16, 160); // may fade in
                boolean silenced = Arrays.equals(heard, speech(-1));
                assertThat(spoken || silenced).isTrue();
                int sent = i - 2;
                assertThat(silenced).as("packet %d", sent).isEqualTo(sent >= 8 && sent <= 16);
                silent += silenced ? 1 : 0;
            }
        }
        assertThat(silent).isEqualTo(9);
    }

    @Test
    void aLatePacketAndARepeatedOneAreWithheld() {
        mask.arm(keys);
        for (int i = 0; i < 5; i++) {
            process(stream.audio(speech(i)));
        }
        stream.timestamp -= 320;
        assertThat(process(stream.audio(speech(9)))).isEqualTo(Verdict.TONE_HELD);
        stream.timestamp += 160;
        assertThat(process(stream.audio(speech(6)))).isEqualTo(Verdict.NEXT);
    }

    @Test
    void anotherSourceStartsTheHoldBackAfresh() {
        mask.arm(keys);
        for (int i = 0; i < 5; i++) {
            process(stream.audio(speech(i)));
        }
        stream.ssrc++;
        stream.timestamp = 77;
        assertThat(process(stream.audio(speech(10)))).isEqualTo(Verdict.TONE_HELD);
        assertThat(process(stream.audio(speech(11)))).isEqualTo(Verdict.TONE_HELD);
        RtpView packet = stream.audio(speech(12));
        assertThat(process(packet)).isEqualTo(Verdict.NEXT);
        assertThat(packet.timestamp()).isEqualTo(77);
        assertThat(Stream.payload(packet)).isEqualTo(speech(10));
    }

    @Test
    void aPacketTooLongForTheHoldBackIsWithheld() {
        mask.arm(keys);
        assertThat(process(stream.audio(new byte[481]))).isEqualTo(Verdict.TONE_HELD);
        assertThat(process(stream.audio())).isEqualTo(Verdict.TONE_HELD);
    }

    @Test
    void aHeaderWithSourcesAndExtensionIsReplacedByAPlainOne() {
        mask.arm(keys);
        for (int i = 0; i < 2; i++) {
            process(stream.audio(speech(i)));
        }
        byte[] octets = new byte[4 + 8 + 160]; // one source; extension of one word
        octets[7] = 1;
        System.arraycopy(speech(2), 0, octets, 12, 160);
        RtpView packet = stream.audio(octets);
        packet.memory().set(java.lang.foreign.ValueLayout.JAVA_BYTE, packet.offset(), (byte) 0x91);
        assertThat(packet.wrap(packet.offset(), packet.lengthBytes())).isTrue();
        assertThat(packet.payloadBytes()).isEqualTo(160);
        assertThat(process(packet)).isEqualTo(Verdict.NEXT);
        assertThat(packet.headerBytes()).isEqualTo(12);
        assertThat(packet.readPadding()).isTrue();
        assertThat(Stream.payload(packet)).isEqualTo(speech(0));
    }

    @Test
    void afterDisarmKeysAreSwallowedUntilThePressIsOver() throws InterruptedException {
        mask.arm(keys);
        process(stream.event(5, false, true, 0, 160));
        assertThat(keys.next(Duration.ZERO)).isEqualTo(5);
        mask.disarm();
        keys.close();
        assertThat(process(stream.event(5, false, false, 0, 320))).isEqualTo(Verdict.KEY_PRESS_MASKED);
        assertThat(process(stream.event(5, true, false, 0, 480))).isEqualTo(Verdict.KEY_PRESS_MASKED);
        assertSpeechIsBackWithin(240 / 20); // hang-over and look-ahead
        assertThat(process(stream.event(6, true, false, 8000, 480))).isEqualTo(Verdict.NEXT);
    }

    @Test
    void aPressWhoseEndNeverComesIsLetGoAtLast() {
        mask.arm(keys);
        process(stream.event(5, false, true, 0, 160));
        mask.disarm();
        assertSpeechIsBackWithin(3000 / 20 + 2); // the first one fades in
    }

    @Test
    void armingAgainWhileTheEndIsAwaitedKeepsTheMaskOn() throws InterruptedException {
        mask.arm(keys);
        process(stream.event(5, false, true, 0, 160));
        mask.disarm();
        KeyRing second = new KeyRing();
        mask.arm(second);
        process(stream.event(5, true, false, 0, 480));
        process(stream.event(6, true, true, 1600, 480));
        assertThat(second.next(Duration.ZERO)).isEqualTo(6);
        for (int i = 0; i < 300; i++) {
            process(stream.audio(speech(i)));
        }
        assertThat(process(stream.event(6, true, false, 1600, 480))).isEqualTo(Verdict.KEY_PRESS_MASKED);
    }

    @ParameterizedTest
    @EnumSource(names = {"PCMU", "OPAQUE"})
    void anotherCodecDropsWhatIsHeldAndStaysOn(AudioFormat format) {
        mask.arm(keys);
        for (int i = 0; i < 5; i++) {
            process(stream.audio(speech(i)));
        }
        mask.settle(format, 0, OptionalInt.of(99));
        Verdict verdict = process(stream.packet(0, false, stream.timestamp, speech(6)));
        assertThat(verdict).isEqualTo(format == AudioFormat.PCMU ? Verdict.TONE_HELD : Verdict.CODEC_MUTED);
        assertThat(process(stream.packet(99, false, 0, (byte) 1, (byte) 0, (byte) 0, (byte) 80)))
                .isEqualTo(Verdict.KEY_PRESS_MASKED);
    }

    private void assertSpeechIsBackWithin(int packets) {
        for (int i = 0; i < packets; i++) {
            byte[] speech = speech(i);
            RtpView packet = stream.audio(speech);
            if (process(packet) == Verdict.NEXT && Arrays.equals(Stream.payload(packet), speech)) {
                return; // without delay
            }
        }
        throw new AssertionError("still masked");
    }

    private Verdict process(RtpView packet) {
        nowNs += 20_000_000;
        return mask.process(packet, nowNs);
    }

    private static byte[] speech(int number) {
        return speech(number, 160);
    }

    /** A quiet octet pattern that tells packets apart and has no tone in it; number -1 is silence. */
    private static byte[] speech(int number, int samples) {
        byte[] octets = new byte[samples];
        Arrays.fill(octets, SILENCE);
        if (number >= 0 && samples > 0) {
            octets[0] = (byte) 0xD4;
            octets[samples / 2] = (byte) (0xD0 | (number & 0x0F));
        }
        return octets;
    }
}
