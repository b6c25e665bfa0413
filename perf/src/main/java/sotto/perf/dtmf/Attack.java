package sotto.perf.dtmf;

import java.util.Random;

/**
 * Somebody who wants the digit: knows when a key was pressed, to the sample, and takes the pair of tones that explains most
 * of what is left of the audio by least squares, in windows of 2 and 8 ms; guesses where there is nothing left. Shares
 * nothing with the program's own detector. Pure functions.
 */
final class Attack {
    private static final int DIGITS = 10;
    private static final int FUNCTIONS = 4; // sine and cosine of either tone
    private static final int[] WINDOWS = {16, 64};
    private static final int STEP = 8;
    private static final int BEHIND = 240; // samples behind the tone that are looked at too

    private static final double[][][][] BASES = bases(); // [window][digit][function][sample], orthonormal

    private Attack() {}

    private static double[][][][] bases() {
        double[][][][] bases = new double[WINDOWS.length][DIGITS][][];
        for (int window = 0; window < WINDOWS.length; window++) {
            for (int digit = 0; digit < DIGITS; digit++) {
                bases[window][digit] = orthonormal(digit, WINDOWS[window]);
            }
        }
        return bases;
    }

    private static double[][] orthonormal(int digit, int samples) {
        double[][] functions = new double[FUNCTIONS][samples];
        for (int i = 0; i < samples; i++) {
            double seconds = (double) i / Script.RATE;
            functions[0][i] = Math.cos(2 * Math.PI * Script.rowHertz(digit) * seconds);
            functions[1][i] = Math.sin(2 * Math.PI * Script.rowHertz(digit) * seconds);
            functions[2][i] = Math.cos(2 * Math.PI * Script.columnHertz(digit) * seconds);
            functions[3][i] = Math.sin(2 * Math.PI * Script.columnHertz(digit) * seconds);
        }
        for (int f = 0; f < FUNCTIONS; f++) { // Gram and Schmidt
            for (int before = 0; before < f; before++) {
                double along = dot(functions[f], functions[before]);
                for (int i = 0; i < samples; i++) {
                    functions[f][i] -= along * functions[before][i];
                }
            }
            double norm = Math.sqrt(dot(functions[f], functions[f]));
            for (int i = 0; i < samples; i++) {
                functions[f][i] /= norm;
            }
        }
        return functions;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /**
     * Says which digit it was.
     *
     * @param heard what came out, sample by sample of the script
     * @param guess seed of the guess where nothing is heard
     */
    static int digit(short[] heard, Press press, long guess) {
        double most = 0;
        int best = new Random(guess).nextInt(DIGITS);
        for (int window = 0; window < WINDOWS.length; window++) {
            int last = Math.min(press.until() + BEHIND, heard.length) - WINDOWS[window];
            for (int from = Math.max(0, press.from() - WINDOWS[window]); from <= last; from += STEP) {
                for (int digit = 0; digit < DIGITS && isAudible(heard, from, WINDOWS[window]); digit++) {
                    double explained = explained(BASES[window][digit], heard, from);
                    if (explained > most) {
                        most = explained;
                        best = digit;
                    }
                }
            }
        }
        return best;
    }

    private static boolean isAudible(short[] heard, int from, int samples) {
        for (int i = from; i < from + samples; i++) {
            if (heard[i] != 0) {
                return true;
            }
        }
        return false;
    }

    private static double explained(double[][] basis, short[] heard, int from) {
        double sum = 0;
        for (double[] function : basis) {
            double along = 0;
            for (int i = 0; i < function.length; i++) {
                along += function[i] * heard[from + i];
            }
            sum += along * along;
        }
        return sum;
    }
}
