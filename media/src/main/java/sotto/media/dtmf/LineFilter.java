package sotto.media.dtmf;

import java.util.Arrays;

/**
 * Takes from a line what would hide a key: mains hum and DC below 280 Hz, and the two tones of a dial tone, 350 and 440
 * Hz. Three second-order sections. Belongs to the worker that owns the call.
 */
final class LineFilter {
    private static final double SAMPLE_RATE = 8000;
    private static final int TAPS = 5; // b0 b1 b2 a1 a2
    private static final float[] SECTIONS = sections();
    private static final int COUNT = SECTIONS.length / TAPS;

    private final float[] state = new float[2 * COUNT];

    private static float[] sections() {
        float[] taps = new float[3 * TAPS];
        highPass(taps, 280);
        notch(taps, TAPS, 350);
        notch(taps, 2 * TAPS, 440);
        return taps;
    }

    /** Butterworth by the bilinear transform. */
    private static void highPass(float[] taps, double hertz) {
        double k = Math.tan(Math.PI * hertz / SAMPLE_RATE);
        double norm = 1 / (1 + Math.sqrt(2) * k + k * k);
        taps[0] = (float) norm;
        taps[1] = (float) (-2 * norm);
        taps[2] = (float) norm;
        taps[3] = (float) (2 * (k * k - 1) * norm);
        taps[4] = (float) ((1 - Math.sqrt(2) * k + k * k) * norm);
    }

    private static void notch(float[] taps, int at, double hertz) {
        double c = 2 * Math.cos(2 * Math.PI * hertz / SAMPLE_RATE);
        double radius = 0.98; // 50 Hz wide
        taps[at] = 1;
        taps[at + 1] = (float) -c;
        taps[at + 2] = 1;
        taps[at + 3] = (float) (-radius * c);
        taps[at + 4] = (float) (radius * radius);
    }

    void clear() {
        Arrays.fill(state, 0);
    }

    /** The next sample of the line, filtered. */
    float next(float sample) {
        float x = sample;
        for (int i = 0; i < COUNT; i++) { // transposed direct form II
            int t = i * TAPS;
            float y = SECTIONS[t] * x + state[2 * i];
            state[2 * i] = SECTIONS[t + 1] * x - SECTIONS[t + 3] * y + state[2 * i + 1];
            state[2 * i + 1] = SECTIONS[t + 2] * x - SECTIONS[t + 4] * y;
            x = y;
        }
        return Math.abs(x) < 1e-9f ? 0 : x;
    }
}
