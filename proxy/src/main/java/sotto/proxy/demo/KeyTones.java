package sotto.proxy.demo;

/** Key tones (ITU-T Q.23): made, and looked for by a scan that shares nothing with the program's own detector. */
final class KeyTones {
    private static final double[] ROWS_HZ = {697, 770, 852, 941};
    private static final double[] COLUMNS_HZ = {1209, 1336, 1477, 1633};
    private static final String PAD = "123A456B789C*0#D";
    private static final String BY_EVENT = "0123456789*#ABCD"; // RFC 4733 §3.2
    private static final double AMPLITUDE = 8000; // each of the two, about −12 dB of full scale

    private static final int WINDOW = 80; // 10 ms
    private static final int STEP = 20;
    private static final int LEAST_WINDOWS = 2; // in a row: 12.5 ms and more are a tone
    private static final double BOTH = 0.6;
    private static final double EACH = 0.15;

    private KeyTones() {}

    /**
     * Sample number {@code index} of a tone.
     *
     * @param key 0 to 15, as in RFC 4733 §3.2
     */
    static int at(int key, long index) {
        int place = PAD.indexOf(BY_EVENT.charAt(key));
        double seconds = (double) index / Goertzel.RATE_HZ;
        return (int) (AMPLITUDE
                * (Math.sin(2 * Math.PI * ROWS_HZ[place / 4] * seconds)
                        + Math.sin(2 * Math.PI * COLUMNS_HZ[place % 4] * seconds)));
    }

    /** Key tones in a stretch: how many, whichever they are. */
    static int count(short[] samples) {
        int tones = 0;
        int inARow = 0;
        int before = -1;
        for (int from = 0; from + WINDOW <= samples.length; from += STEP) {
            int key = keyIn(samples, from);
            inARow = key >= 0 && key == before ? inARow + 1 : 1;
            before = key;
            if (key >= 0 && inARow == LEAST_WINDOWS) {
                tones++;
            }
        }
        return tones;
    }

    private static int keyIn(short[] samples, int from) {
        if (!Goertzel.isAudible(samples, from, WINDOW)) {
            return -1;
        }
        int row = strongest(samples, from, ROWS_HZ);
        int column = strongest(samples, from, COLUMNS_HZ);
        double low = Goertzel.share(samples, from, WINDOW, ROWS_HZ[row]);
        double high = Goertzel.share(samples, from, WINDOW, COLUMNS_HZ[column]);
        return low > EACH && high > EACH && low + high > BOTH ? row * 4 + column : -1;
    }

    private static int strongest(short[] samples, int from, double[] group) {
        int best = 0;
        for (int i = 1; i < group.length; i++) {
            if (Goertzel.share(samples, from, WINDOW, group[i]) > Goertzel.share(samples, from, WINDOW, group[best])) {
                best = i;
            }
        }
        return best;
    }
}
