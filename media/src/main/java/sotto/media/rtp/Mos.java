package sotto.media.rtp;

/**
 * Listening quality by the E-model, from what can be measured in the middle of a call. Stateless.
 *
 * <p>R = 93.2 - Idd - Ie,eff, where 93.2 is R of an undisturbed call with the defaults of ITU-T G.107.
 *
 * <ul>
 *   <li>Ie,eff, loss (G.107 §7.5): Ie 0 and Bpl 25.1, which ITU-T G.113 Appendix I gives for G.711 <em>with</em> packet
 *       loss concealment. Phones and gateways of today conceal; 4.3, without, would raise an alarm at every half per
 *       cent. Loss is taken to be random (BurstR 1).
 *   <li>Idd, delay (G.107 §7.4): nothing up to 100 ms one way. The way's delay cannot be seen here: {@link
 *       #DELAY_BUDGET_MS} is assumed for packetisation (20), network (40) and devices (20), and on top a playout buffer
 *       of twice the jitter.
 *   <li>Echo is taken to be cancelled (Idte, Idle: 0).
 * </ul>
 */
final class Mos {
    static final double DELAY_BUDGET_MS = 80;

    private static final double R_UNDISTURBED = 93.2;
    private static final double BPL_G711_CONCEALED = 25.1;

    private Mos() {}

    /**
     * Rating of a G.711 call.
     *
     * @param lossPercent packets lost, 0 to 100
     * @param delayMs mouth to ear, one way
     */
    static double rating(double lossPercent, double delayMs) {
        return R_UNDISTURBED - delayImpairment(delayMs) - lossImpairment(lossPercent, BPL_G711_CONCEALED);
    }

    /** G.107 §7.5, for a codec without impairment of its own. */
    static double lossImpairment(double lossPercent, double robustness) {
        return 95 * lossPercent / (lossPercent + robustness);
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
    static double ofRating(double r) {
        if (r <= 0) {
            return 1;
        }
        if (r >= 100) {
            return 4.5;
        }
        return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
    }
}
