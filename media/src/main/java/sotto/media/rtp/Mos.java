package sotto.media.rtp;

/**
 * Listening quality by the E-model, from what can be measured in the middle of a call. Stateless.
 *
 * <p>R = 93.2 - Idd - Ie,eff, where 93.2 is R of an undisturbed call with the defaults of ITU-T G.107.
 *
 * <ul>
 *   <li>Ie,eff, loss (G.107 §7.5): Ie 0 and Bpl 25.1, which ITU-T G.113 Appendix I gives for G.711 <em>with</em> packet
 *       loss concealment. Phones and gateways of today conceal; 4.3, without, would raise an alarm at every half per
 *       cent. How the losses lie is in BurstR: 1 at random, above it in rows.
 *   <li>Idd, delay (G.107 §7.4): nothing up to 100 ms one way. 20 ms are assumed for packetisation and as much for
 *       devices; the network has half the round trip where RTCP told it, else 40 ms; on top a playout buffer of twice the
 *       jitter.
 *   <li>Echo is taken to be cancelled (Idte, Idle: 0).
 * </ul>
 */
public final class Mos {
    private static final double OWN_DELAY_MS = 40;
    private static final double USUAL_ROUND_TRIP_MS = 80;

    private static final double R_UNDISTURBED = 93.2;
    private static final double BPL_G711_CONCEALED = 25.1;

    private Mos() {}

    /**
     * Rating of a G.711 call, as it is to talk in.
     *
     * @param lossPercent packets lost, 0 to 100
     * @param burstRatio 1 or more, see {@link #burstRatio}
     * @param delayMs mouth to ear, one way, see {@link #delayMs}
     */
    public static double rating(double lossPercent, double burstRatio, double delayMs) {
        return listeningRating(lossPercent, burstRatio) - delayImpairment(delayMs);
    }

    /** The same to listen only: delay does not matter. */
    public static double listeningRating(double lossPercent, double burstRatio) {
        return R_UNDISTURBED - lossImpairment(lossPercent, burstRatio, BPL_G711_CONCEALED);
    }

    /**
     * Mouth to ear, one way.
     *
     * @param roundTripMs of the leg's network; below 0 where it is not known
     */
    public static double delayMs(double roundTripMs, double jitterMs) {
        return OWN_DELAY_MS + (roundTripMs < 0 ? USUAL_ROUND_TRIP_MS : roundTripMs) / 2 + 2 * jitterMs;
    }

    /**
     * BurstR (G.107 §7.5): how long the rows of losses are, against those of as much loss at random, 1 / (1 - Ppl). Not
     * below 1: losses that lie more evenly than at random are heard all the same.
     *
     * @param lost packets, of {@code expected}
     * @param runs rows of losses that they lie in
     */
    public static double burstRatio(long lost, long runs, long expected) {
        if (lost <= 0 || runs <= 0 || expected <= lost) {
            return 1;
        }
        return Math.max(1, (double) lost / runs * (1 - (double) lost / expected));
    }

    /** G.107 §7.5, for a codec without impairment of its own. */
    static double lossImpairment(double lossPercent, double burstRatio, double robustness) {
        return lossPercent <= 0 ? 0 : 95 * lossPercent / (lossPercent / burstRatio + robustness);
    }

    /** G.107 §7.4, Idd. */
    static double delayImpairment(double delayMs) {
        if (delayMs <= 100) {
            return 0;
        }
        double x = Math.log(delayMs / 100) / Math.log(2);
        return 25 * (Math.pow(1 + Math.pow(x, 6), 1 / 6.0) - 3 * Math.pow(1 + Math.pow(x / 3, 6), 1 / 6.0) + 2);
    }

    /** G.107 Annex B: mean opinion score, 1.0 to 4.5. Below R 6.5 the curve dips under 1, which no score does. */
    public static double ofRating(double r) {
        if (r <= 0) {
            return 1;
        }
        if (r >= 100) {
            return 4.5;
        }
        return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
    }
}
