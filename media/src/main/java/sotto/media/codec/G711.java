package sotto.media.codec;

/**
 * One of the two laws of G.711: an octet to a linear sample and back. Immutable, free for all threads. Linear samples
 * have 16 bits, so full scale is 32,124 (µ) or 32,256 (A), and a sine of that amplitude is 3.17 or 3.14 dBm0.
 *
 * @see <a href="https://www.itu.int/rec/T-REC-G.711">ITU-T G.711 tables 1 and 2</a>
 */
public final class G711 {
    public static final G711 MU_LAW = new G711(true);
    public static final G711 A_LAW = new G711(false);

    private static final int MU_BIAS = 132; // moves the eight chords of the µ law onto powers of two
    private static final int MU_LARGEST = 32635;
    private static final int A_INVERTED_BITS = 0x55; // table 1, note 2: even bits go out inverted

    private final boolean mu;
    private final short[] linear = new short[256];

    private G711(boolean mu) {
        this.mu = mu;
        for (int octet = 0; octet < linear.length; octet++) {
            linear[octet] = (short) (mu ? muLinear(octet) : aLinear(octet));
        }
    }

    /** The law of a leg; refuses {@link AudioFormat#OPAQUE}. */
    public static G711 of(AudioFormat format) {
        return switch (format) {
            case PCMU -> MU_LAW;
            case PCMA -> A_LAW;
            case OPAQUE -> throw new IllegalArgumentException("OPAQUE audio has no G.711 law");
        };
    }

    /** Linear sample of the low eight bits of {@code octet}. */
    public short linear(int octet) {
        return linear[octet & 0xFF];
    }

    /** Octet whose interval holds this sample; beyond full scale, the outermost. */
    public byte octet(int sample) {
        return (byte) (mu ? muOctet(sample) : aOctet(sample));
    }

    /** The octet of a silent line. */
    public byte silence() {
        return (byte) (mu ? 0xFF : 0xD5);
    }

    private static int muLinear(int octet) {
        int code = ~octet; // table 2, note 2: all bits go out inverted
        int magnitude = ((((code & 0x0F) << 3) + MU_BIAS) << chord(code)) - MU_BIAS;
        return (code & 0x80) != 0 ? -magnitude : magnitude;
    }

    private static int aLinear(int octet) {
        int code = octet ^ A_INVERTED_BITS;
        int magnitude = ((code & 0x0F) << 4) + 8;
        if (chord(code) > 0) {
            magnitude = (magnitude + 256) << (chord(code) - 1);
        }
        return (code & 0x80) != 0 ? magnitude : -magnitude;
    }

    private static int muOctet(int sample) {
        int magnitude = Math.min(Math.abs(sample), MU_LARGEST) + MU_BIAS;
        int chord = topBit(magnitude) - 7;
        return ~((sample < 0 ? 0x80 : 0) | (chord << 4) | ((magnitude >> (chord + 3)) & 0x0F));
    }

    private static int aOctet(int sample) {
        int magnitude = Math.min(sample < 0 ? ~sample : sample, Short.MAX_VALUE);
        int chord = Math.max(topBit(magnitude | 1) - 7, 0);
        int step = (magnitude >> Math.max(chord + 3, 4)) & 0x0F;
        return ((sample < 0 ? 0 : 0x80) | (chord << 4) | step) ^ A_INVERTED_BITS;
    }

    private static int chord(int code) {
        return (code >> 4) & 7;
    }

    private static int topBit(int magnitude) {
        return 31 - Integer.numberOfLeadingZeros(magnitude);
    }
}
