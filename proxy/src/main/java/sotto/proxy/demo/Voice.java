package sotto.proxy.demo;

/**
 * What stands for a person's speech: three partials that come and go like syllables. Each voice has partials of its own,
 * none near a key tone's (ITU-T Q.23), so that a meter can tell who is heard. Pure functions.
 */
public enum Voice {
    CALLER(300, 475, 575),
    AGENT(400, 525, 1975);

    /** 40 ms: each partial is a whole number of periods in it, so that they do not leak into each other. */
    private static final int WINDOW = 320;

    private static final double SYLLABLES_HZ = 3;
    private static final double AMPLITUDE = 4000;
    private static final double MOSTLY = 0.8;

    @SuppressWarnings("ImmutableEnumChecker") // never written
    private final double[] partialsHz;

    Voice(double... partialsHz) {
        this.partialsHz = partialsHz;
    }

    /** Sample number {@code index} of endless speech. */
    int at(long index) {
        double seconds = (double) index / Goertzel.RATE_HZ;
        double sum = 0;
        for (double hertz : partialsHz) {
            sum += Math.sin(2 * Math.PI * hertz * seconds);
        }
        double syllable = 0.65 - 0.35 * Math.cos(2 * Math.PI * SYLLABLES_HZ * seconds);
        return (int) (AMPLITUDE * syllable * sum);
    }

    /** How much of a stretch is this voice, clearly: percent of its windows. 0 where it is shorter than one. */
    int percentOf(short[] heard) {
        int windows = heard.length / WINDOW;
        int mine = 0;
        for (int i = 0; i < windows; i++) {
            if (Goertzel.isAudible(heard, i * WINDOW, WINDOW) && share(heard, i * WINDOW) > MOSTLY) {
                mine++;
            }
        }
        return windows == 0 ? 0 : 100 * mine / windows;
    }

    private double share(short[] heard, int from) {
        double share = 0;
        for (double hertz : partialsHz) {
            share += Goertzel.share(heard, from, WINDOW, hertz);
        }
        return share;
    }
}
