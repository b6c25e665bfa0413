package sotto.media.dtmf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import sotto.media.codec.AudioFormat;
import sotto.media.codec.G711;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/** A caller's line, sent as RTP through an armed mask; what came out of it lies at the time of what went in. */
final class MaskedLine {
    final byte[] in;
    final byte[] out;
    final boolean[] passed;
    final List<Integer> keys = new ArrayList<>();
    final Mask mask = new Mask();
    final MaskTally tally;
    private final byte silence;

    /** Sends all of the line in packets of one size, but for those that get lost. */
    MaskedLine(AudioFormat format, int packetSamples, double[] line, IntPredicate lost) {
        this(format, packetSamples, line, lost, Filling.SILENCE);
    }

    /** The same with something else where a key was. */
    MaskedLine(AudioFormat format, int packetSamples, double[] line, IntPredicate lost, Filling filling) {
        G711 law = G711.of(format);
        silence = law.silence();
        int packets = line.length / packetSamples;
        in = new byte[packets * packetSamples];
        out = new byte[in.length];
        passed = new boolean[in.length];
        for (int i = 0; i < in.length; i++) {
            in[i] = law.octet((int) Math.round(line[i]));
        }
        KeyRing ring = new KeyRing();
        tally = ring.tally();
        mask.settle(format, Stream.AUDIO, OptionalInt.of(Stream.EVENT));
        mask.fillWith(filling);
        mask.arm(ring);
        Stream stream = new Stream(83);
        for (int i = 0; i < packets; i++) {
            byte[] octets = Arrays.copyOfRange(in, i * packetSamples, (i + 1) * packetSamples);
            stream.timestamp = Integer.MAX_VALUE - in.length / 2 + i * packetSamples; // wraps to negative half way
            if (!lost.test(i)) {
                RtpView packet = stream.audio(octets);
                if (mask.process(packet, i * 20_000_000L) == Verdict.NEXT) {
                    keep(packet, packet.timestamp() - (Integer.MAX_VALUE - in.length / 2));
                }
                read(ring);
            }
        }
    }

    private void keep(RtpView packet, int at) {
        for (int i = 0; i < packet.payloadBytes(); i++) {
            out[at + i] = (byte) packet.payloadByte(i);
            passed[at + i] = true;
        }
    }

    private void read(KeyRing ring) {
        try {
            for (int key = ring.next(Duration.ZERO); key >= 0; key = ring.next(Duration.ZERO)) {
                keys.add(key);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Samples that passed and are not silence. */
    int leaked(int from, int until) {
        int count = 0;
        for (int i = from; i < until; i++) {
            count += passed[i] && out[i] != silence ? 1 : 0;
        }
        return count;
    }

    /** Samples of silence that passed in a row before a sample, itself left out. */
    int silentBefore(int sample) {
        int from = sample;
        while (from > 0 && passed[from - 1] && out[from - 1] == silence) {
            from--;
        }
        return sample - from;
    }

    /** Samples of silence that passed in a row from a sample on. */
    int silentFrom(int sample) {
        int until = sample;
        while (until < out.length && passed[until] && out[until] == silence) {
            until++;
        }
        return until - sample;
    }

    /** Samples that passed otherwise than they came. */
    int muted() {
        return muted(0, in.length);
    }

    int muted(int from, int until) {
        int count = 0;
        for (int i = from; i < until; i++) {
            count += passed[i] && out[i] != in[i] ? 1 : 0;
        }
        return count;
    }
}
