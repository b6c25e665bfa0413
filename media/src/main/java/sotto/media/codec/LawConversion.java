package sotto.media.codec;

import java.util.Arrays;
import java.util.Optional;

/**
 * Octets of one law of G.711 as octets of the other. Immutable, free for all threads.
 *
 * <p>The tables are those of the recommendation, by the numbers of its values: 0 to 127 (µ), 1 to 128 (A), the same for
 * either sign. To decode and encode again is not the same: µ 48, 49, 64, 81 to 95 and A 81 to 96 come out one off then.
 * What was converted once is not changed by further borders.
 *
 * @see <a href="https://www.itu.int/rec/T-REC-G.711">ITU-T G.711 tables 3 and 4</a>
 */
public final class LawConversion {
    private static final String MU_TO_A = // table 3; from µ 0 on
            """
              1   1   2   2   3   3   4   4   5   5   6   6   7   7   8   8
              9  10  11  12  13  14  15  16  17  18  19  20  21  22  23  24
             25  27  29  31  33  34  35  36  37  38  39  40  41  42  43  44
             46  48  49  50  51  52  53  54  55  56  57  58  59  60  61  62
             64  65  66  67  68  69  70  71  72  73  74  75  76  77  78  79
             80  82  83  84  85  86  87  88  89  90  91  92  93  94  95  96
             97  98  99 100 101 102 103 104 105 106 107 108 109 110 111 112
            113 114 115 116 117 118 119 120 121 122 123 124 125 126 127 128
            """;
    private static final String A_TO_MU = // table 4; from A 1 on
            """
              1   3   5   7   9  11  13  15  16  17  18  19  20  21  22  23
             24  25  26  27  28  29  30  31  32  32  33  33  34  34  35  35
             36  37  38  39  40  41  42  43  44  45  46  47  48  48  49  49
             50  51  52  53  54  55  56  57  58  59  60  61  62  63  64  64
             65  66  67  68  69  70  71  72  73  74  75  76  77  78  79  80
             80  81  82  83  84  85  86  87  88  89  90  91  92  93  94  95
             96  97  98  99 100 101 102 103 104 105 106 107 108 109 110 111
            112 113 114 115 116 117 118 119 120 121 122 123 124 125 126 127
            """;
    private static final int MU_INVERTED_BITS = 0x7F; // below the sign, which both laws have in the first bit
    private static final int A_INVERTED_BITS = 0x55;
    private static final int SIGN = 0x80;
    private static final LawConversion TO_A =
            new LawConversion(numbers(MU_TO_A, -1), MU_INVERTED_BITS, A_INVERTED_BITS);
    private static final LawConversion TO_MU =
            new LawConversion(numbers(A_TO_MU, 0), A_INVERTED_BITS, MU_INVERTED_BITS);

    private final byte[] octets = new byte[256];

    private LawConversion(int[] magnitudes, int invertedIn, int invertedOut) {
        for (int octet = 0; octet < octets.length; octet++) {
            int magnitude = magnitudes[(octet ^ invertedIn) & ~SIGN];
            octets[octet] = (byte) ((octet & SIGN) | (magnitude ^ invertedOut));
        }
    }

    private static int[] numbers(String table, int add) {
        return Arrays.stream(table.strip().split("\\s+"))
                .mapToInt(number -> Integer.parseInt(number) + add)
                .toArray();
    }

    /** What makes the one of the other; empty where they are the same, or either is no G.711. */
    public static Optional<LawConversion> between(AudioFormat from, AudioFormat to) {
        if (from == to || from == AudioFormat.OPAQUE || to == AudioFormat.OPAQUE) {
            return Optional.empty();
        }
        return Optional.of(to == AudioFormat.PCMA ? TO_A : TO_MU);
    }

    /** The octet of the other law for the low eight bits of {@code octet}. */
    public byte octet(int octet) {
        return octets[octet & 0xFF];
    }
}
