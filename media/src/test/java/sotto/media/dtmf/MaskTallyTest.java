package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

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

/** What the evidence says of real tones: as it was, and that it says so where a blank fails. */
final class MaskTallyTest {
    private static final int NARROW =
            24 + 8; // samples, 3 ms: said is what it was or that much less; and silence by chance
    private static final int APART = 1600;
    private static final int TAIL = 1600;

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
        # line,               format, packet ms, dBm0, twist, off %, tone ms, S/N dB
        clean,                PCMU,   20,         -6,    0,     0,      60,      50
        clean,                PCMA,   20,        -12,    0,     0,     100,      45
        short packets,        PCMU,   10,        -12,    0,     0,      60,      45
        long packets,         PCMU,   60,        -12,    0,     0,      60,      45
        Q.24 least,           PCMA,   20,        -30,    0,     0,      40,      35
        twist,                PCMU,   20,        -10,    8,   1.5,      50,      45
        reverse twist,        PCMA,   30,        -10,   -4,  -1.5,      50,      45
        noise,                PCMU,   20,        -10,    0,     0,      60,      15
        """)
    @SuppressWarnings("checkstyle:ParameterNumber") // a row of the table
    void leadAndTrailAreThoseOfWhatWentOn(
            String source,
            AudioFormat format,
            int packetMs,
            double dbm0,
            double twist,
            double offPercent,
            int toneMs,
            double snr) {
        Random random = new Random(5);
        double[] line = new double[16 * APART + TAIL];
        int[] onsets = new int[16];
        for (int key = 0; key < 16; key++) {
            onsets[key] = 600 + key * APART + random.nextInt(160);
            new Tones.Press(key, dbm0, twist, offPercent / 100, -offPercent / 100)
                    .addTo(line, onsets[key], toneMs * 8, random);
        }
        Tones.noise(line, dbm0 - snr, random); // loud enough not to be silence by chance
        MaskedLine masked = new MaskedLine(format, packetMs * 8, line, packet -> packet < 0);
        int lead = Integer.MAX_VALUE;
        int trail = Integer.MAX_VALUE;
        for (int onset : onsets) {
            lead = Math.min(lead, masked.silentBefore(onset));
            trail = Math.min(trail, masked.silentFrom(onset + toneMs * 8));
        }
        assertThat(lead).as("really").isPositive();
        assertThat(masked.tally.leastLeadSamples().orElseThrow()).isBetween(lead - NARROW, lead);
        assertThat(masked.tally.leastTrailSamples().orElseThrow()).isBetween(trail - NARROW, trail);
        assertThat(masked.tally.packetsForwarded()).isZero();
        assertThat(masked.tally.inBandTones()).isEqualTo(16);
        assertThat(masked.tally.taken()).isEqualTo(16);
        assertThat(masked.tally.telephoneEvents()).isZero();
    }

    /** A blank that is broken, by a hold-back that does not do what it is told. */
    enum Broken {
        NOT {
            @Override
            long blank(HoldBack held, long from, long until, Filler filler) {
                return held.blank(from, until, filler);
            }
        },
        WHOLLY {
            @Override
            long blank(HoldBack held, long from, long until, Filler filler) {
                return until;
            }
        },
        LATE {
            @Override
            long blank(HoldBack held, long from, long until, Filler filler) {
                return held.blank(from + 250, until, filler);
            }
        },
        ONE_SAMPLE {
            @Override
            long blank(HoldBack held, long from, long until, Filler filler) {
                long hole = 600 + 200; // within the first tone
                held.blank(Math.max(from, hole + 1), until, filler);
                return held.blank(from, Math.min(until, hole), filler);
            }
        };

        abstract long blank(HoldBack held, long from, long until, Filler filler);

        HoldBack held() {
            HoldBack whole = new HoldBack();
            return new HoldBack() {
                @Override
                long blank(long from, long until, Filler filler) {
                    return Broken.this.blank(whole, from, until, filler);
                }

                @Override
                void store(RtpView packet, long at) {
                    whole.store(packet, at);
                }

                @Override
                long oldestFrom() {
                    return whole.oldestFrom();
                }

                @Override
                boolean due() {
                    return whole.due();
                }

                @Override
                boolean release(RtpView place) {
                    return whole.release(place);
                }

                @Override
                void fade(long from, int length, boolean in, G711 law) {
                    whole.fade(from, length, in, law);
                }

                @Override
                void clear() {
                    whole.clear();
                }
            };
        }
    }

    @ParameterizedTest
    @CsvSource({
        // how,      least packets, most, lead below 0
        "NOT,        0,             0,    false",
        "WHOLLY,     16,            20,   true", // four tones of 70 ms: three to five packets of 20 ms each
        "LATE,       4,             12,   true",
        "ONE_SAMPLE, 1,             1,    false"
    })
    void aBrokenBlankShows(Broken how, int least, int most, boolean late) {
        double[] line = new double[4 * APART + TAIL];
        for (int i = 0; i < 4; i++) {
            new Tones.Press(i, -10, 0, 0, 0).addTo(line, 600 + i * APART, 560, new Random(i));
        }
        Tones.noise(line, -50, new Random(4));
        MaskTally tally = new MaskTally();
        MaskedAudio audio = new MaskedAudio((key, isNew) -> tally.tone(), how.held());
        audio.serve(tally);
        audio.start(G711.A_LAW, Filling.SILENCE);
        Stream stream = new Stream(40);
        for (int at = 0; at + 160 <= line.length; at += 160) {
            byte[] octets = new byte[160];
            for (int i = 0; i < 160; i++) {
                octets[i] = G711.A_LAW.octet((int) Math.round(line[at + i]));
            }
            Verdict verdict = audio.process(stream.audio(octets), 0);
            assertThat(verdict).isIn(Verdict.NEXT, Verdict.TONE_HELD);
        }
        assertThat(tally.inBandTones()).isEqualTo(4);
        assertThat(tally.packetsForwarded()).isBetween((long) least, (long) most);
        assertThat(tally.leastLeadSamples().orElseThrow() < 0).isEqualTo(late);
    }

    /** Under noise the detector may be sure only when packets with the tone's beginning have left. */
    @ParameterizedTest
    @CsvSource({"0, 1", "159, 1", "160, 0"})
    void aPacketThatLeftBeforeItsToneWasSureCounts(int clear, int packets) {
        ToneWatch watch = new ToneWatch();
        MaskTally tally = new MaskTally();
        watch.serve(tally);
        byte[] octets = new byte[320];
        Arrays.fill(octets, G711.MU_LAW.silence()); // the tone begins with its second half
        if (clear < 160) {
            octets[160 + clear] = 1;
        }
        octets[159] = 1;
        watch.blank(0, 2000);
        watch.step(false, false, 16);
        watch.step(true, false, 320);
        watch.goesOn(new Stream(9).audio(octets), 0, new Filler());
        assertThat(tally.packetsForwarded()).isZero();
        watch.step(true, true, 480);
        assertThat(tally.packetsForwarded()).isEqualTo(packets);
        watch.step(true, false, 496);
        assertThat(tally.packetsForwarded()).as("once").isEqualTo(packets);
        assertThat(tally.leastLeadSamples()).hasValue(160);
        watch.step(false, false, 2000);
        assertThat(tally.leastTrailSamples()).hasValue(2000 - 496);
    }

    /** What was before secure-pay came on is not in its record. */
    @Test
    void aToneThatSoundsAlreadyIsMaskedFromTheFirstSampleOn() {
        double[] line = new double[4000];
        new Tones.Press(8, -10, 0, 0, 0).addTo(line, 0, 800, new Random(2));
        Tones.noise(line, -50, new Random(4));
        MaskedLine masked = new MaskedLine(AudioFormat.PCMA, 160, line, packet -> packet < 0);
        assertThat(masked.keys).containsExactly(8);
        assertThat(masked.tally.leastLeadSamples()).hasValue(0);
        assertThat(masked.tally.packetsForwarded()).isZero();
    }

    @Test
    void eachCarrierCountsAndAPressIsTakenOnce() {
        Mask mask = new Mask();
        mask.settle(AudioFormat.PCMU, Stream.AUDIO, OptionalInt.of(Stream.EVENT));
        Stream stream = new Stream(64);
        mask.process(stream.event(9, false, true, 0, 160), 0); // before secure-pay
        KeyRing first = new KeyRing();
        mask.arm(first);
        double[] line = new double[4000];
        new Tones.Press(5, -10, 0, 0, 0).addTo(line, 400, 800, new Random(1));
        List<byte[]> packets = packets(line);
        for (int i = 0; i < packets.size(); i++) {
            if (i == 5) { // a gateway that tells of it too
                mask.process(stream.event(5, true, true, stream.timestamp - 160, 160), i * 20_000_000L);
            }
            mask.process(stream.audio(packets.get(i)), i * 20_000_000L);
        }
        mask.process(stream.event(3, true, true, stream.timestamp + 8000, 160), 600_000_000L);
        assertThat(first.tally().telephoneEvents()).isEqualTo(2);
        assertThat(first.tally().inBandTones()).isEqualTo(1);
        assertThat(first.tally().taken()).isEqualTo(2);
        assertThat(mask.telephoneEvents()).as("over the call").isEqualTo(3);
        assertThat(first.tally().end()).isEqualTo(MaskTally.End.NONE);

        KeyRing second = new KeyRing();
        mask.disarm();
        mask.arm(second); // while the first still ends
        assertThat(first.tally().end()).isEqualTo(MaskTally.End.NEXT_CAPTURE);
        assertThat(first.tally().speechNs()).isEmpty();
        mask.disarm();
        mask.process(stream.event(2, true, true, stream.timestamp + 16_000, 160), 700_000_000L); // swallowed
        mask.tick(800_000_000L);
        mask.tick(900_000_000L);
        mask.tick(4_000_000_000L);
        assertThat(second.tally().telephoneEvents()).isEqualTo(1);
        assertThat(second.tally().taken()).isZero();
        assertThat(second.tally().end()).isEqualTo(MaskTally.End.SPEECH);
        assertThat(second.tally().speechNs()).hasValue(4_000_000_000L);
        assertThat(second.tally().leastLeadSamples()).isEmpty();
        mask.close();
        assertThat(second.tally().end()).as("the first end is the end").isEqualTo(MaskTally.End.SPEECH);
        assertThat(first.tally().telephoneEvents())
                .as("the next one's are not its own")
                .isEqualTo(2);
    }

    @Test
    void speechThatPassesAndACallThatIsOverAreEnds() {
        Mask mask = new Mask();
        mask.settle(AudioFormat.PCMU, Stream.AUDIO, OptionalInt.of(Stream.EVENT));
        Stream stream = new Stream(64);
        List<byte[]> quiet = packets(new double[1600]);
        KeyRing first = new KeyRing();
        mask.arm(first);
        quiet.forEach(packet -> mask.process(stream.audio(packet), 1_000));
        mask.disarm();
        assertThat(first.tally().end()).isEqualTo(MaskTally.End.NONE);
        quiet.forEach(packet -> mask.process(stream.audio(packet), 2_000));
        assertThat(first.tally().end()).isEqualTo(MaskTally.End.SPEECH);
        assertThat(first.tally().speechNs()).hasValue(2_000);

        KeyRing second = new KeyRing();
        mask.arm(second);
        mask.close();
        assertThat(second.tally().end()).isEqualTo(MaskTally.End.CALL_OVER);
        assertThat(second.tally().speechNs()).isEmpty();
    }

    private static List<byte[]> packets(double[] line) {
        List<byte[]> packets = new ArrayList<>();
        for (int at = 0; at + 160 <= line.length; at += 160) {
            byte[] octets = new byte[160];
            for (int i = 0; i < 160; i++) {
                octets[i] = G711.MU_LAW.octet((int) Math.round(line[at + i]));
            }
            packets.add(octets);
        }
        return packets;
    }
}
