package sotto.media.dtmf;

import java.util.Arrays;
import java.util.Random;
import sotto.media.codec.G711;

/**
 * Makes the octets that stand in for a key, see {@link Filling}, and learns for them how loud the line is when nobody speaks.
 * What it learns lags behind by more than the mask's look-ahead, and stands still while anything is blanked: no key, and no
 * beginning of one, can be in it. Belongs to the worker that owns the call.
 */
final class Filler {
    private static final int FRAME = 160;
    private static final int LAG = 4; // frames: 80 ms, of which the mask doubts a tone's beginning within 40
    private static final int FRAMES = 100; // 2 s: nobody speaks that long without a breath
    private static final double LOUDEST = ToneKeys.power(-35); // or it is no background
    private static final int NOISE_SAMPLES = 2011; // a prime, so that no beat with packets is heard
    private static final int TONE_SAMPLES = 20; // one period of 400 Hz
    private static final double TONE_PEAK = Math.sqrt(2 * ToneKeys.power(-20));
    private static final float[] NOISE = noise();
    private static final byte[] TONE_MU = tone(G711.MU_LAW);
    private static final byte[] TONE_A = tone(G711.A_LAW);

    private final float[] frames = new float[FRAMES]; // mean squares, a ring
    private int frame; // how many there were
    private float energy;
    private int samples;

    private Filling filling = Filling.SILENCE;
    private G711 law = G711.MU_LAW;
    private final byte[] noise = new byte[NOISE_SAMPLES];
    private boolean isBackgroundKnown;

    private static float[] noise() {
        Random random = new Random(3389); // RFC 3389; the same for every call
        float[] noise = new float[NOISE_SAMPLES];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        return noise;
    }

    private static byte[] tone(G711 law) {
        byte[] tone = new byte[TONE_SAMPLES];
        for (int i = 0; i < TONE_SAMPLES; i++) {
            tone[i] = law.octet((int) Math.round(TONE_PEAK * Math.sin(2 * Math.PI * i / TONE_SAMPLES)));
        }
        return tone;
    }

    void start(Filling by, G711 newLaw) {
        filling = by;
        law = newLaw;
        forget();
    }

    /** Forgets how loud the line is. */
    void forget() {
        Arrays.fill(frames, 0);
        frame = 0;
        energy = 0;
        samples = 0;
        Arrays.fill(noise, (byte) 0);
        isBackgroundKnown = false;
    }

    /** Takes the line's next sample that is not blanked. */
    void hear(float linear) {
        if (filling != Filling.NOISE) {
            return; // nobody will ask
        }
        energy += linear * linear;
        samples++;
        if (samples == FRAME) {
            frames[frame % FRAMES] = energy / FRAME;
            frame++;
            energy = 0;
            samples = 0;
        }
    }

    /**
     * A blank begins: from now on the background is what it was a while ago.
     *
     * @param anew else it stays what it is
     */
    void begin(boolean anew) {
        energy = 0; // a part of a frame may hold a key's beginning
        samples = 0;
        if (!anew || frame <= LAG) {
            return;
        }
        float least = Float.MAX_VALUE;
        for (int i = Math.max(0, frame - FRAMES); i < frame - LAG; i++) {
            least = Math.min(least, frames[i % FRAMES]);
        }
        frame = Math.max(0, frame - LAG); // those are never asked: they may hold a beginning too
        float deviation = (float) Math.sqrt(Math.min(least, LOUDEST));
        for (int i = 0; i < NOISE_SAMPLES; i++) {
            noise[i] = law.octet(Math.round(deviation * NOISE[i]));
        }
        isBackgroundKnown = true;
    }

    /** What stands at a position. */
    byte octet(long position) {
        return switch (filling) {
            case SILENCE -> law.silence();
            case NOISE -> isBackgroundKnown ? noise[(int) (position % NOISE_SAMPLES)] : law.silence();
            case TONE -> (law == G711.MU_LAW ? TONE_MU : TONE_A)[(int) (position % TONE_SAMPLES)];
        };
    }
}
