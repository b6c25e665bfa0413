package sotto.media.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.Stun;

final class StunMessageTest {
    private static final byte[] PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] USER = "evtj:h6vY".getBytes(StandardCharsets.US_ASCII);
    private static final String REQUEST = "000100582112a442b7e7a701bc34d686fa87dfae"
            + "802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36"
            + "000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
            + "80280004e57a3bcf";

    private final StunMessage message = new StunMessage();

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        # section, what        | type   | octets behind the header
        RFC 5769 2.1, request  | 0x0001 | 802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf
        RFC 5769 2.2, IPv4     | 0x0101 | 8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96
        RFC 5769 2.3, IPv6     | 0x0101 | 8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c
        """)
    void readsTheVectors(String section, String type, String attributes) {
        byte[] octets = HexFormat.of()
                .parseHex(type.substring(2) + String.format("%04x", attributes.length() / 2)
                        + "2112a442b7e7a701bc34d686fa87dfae" + attributes);

        assertThat(message.read(octets, octets.length)).isTrue();
        assertThat(message.type()).isEqualTo(Integer.decode(type));
        assertThat(message.hasFingerprint()).isTrue();
        assertThat(message.isAuthentic(new Integrity(PASSWORD))).isTrue();
        assertThat(message.isAuthentic(new Integrity("VOkJxbRl1RmTxUk/WvJxBu".getBytes(StandardCharsets.US_ASCII))))
                .isFalse();
    }

    @Test
    void readsWhatICEAsksOfARequest() {
        byte[] octets = HexFormat.of().parseHex(REQUEST);

        assertThat(message.read(octets, octets.length)).isTrue();
        assertThat(message.isSigned()).isTrue();
        assertThat(message.isFor(USER)).isTrue();
        assertThat(message.isFor("evtj:h6vX".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
        assertThat(message.isFor("evtj:h6v".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
        assertThat(message.priority()).isEqualTo(0x6E0001FFL);
        assertThat(message.usesCandidate()).isFalse();
        assertThat(message.unknownCount()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
        # what,                              at, octets
        no STUN by its first two bits,       0,  40
        length is no multiple of 4,          2,  0059
        longer than arrived,                 2,  005c
        shorter than arrived,                2,  0054
        other cookie,                        4,  2112a443
        attribute beyond the end,            22, 0100
        attribute to the last octet,         22, ffff
        attribute past the end by one,       102, 0005
        integrity of 16 octets,              78, 0010
        priority of 8 octets,                42, 0008
        """)
    void refusesLengthsThatAreNotTrue(String what, int at, String octets) {
        byte[] request = HexFormat.of().parseHex(REQUEST);
        byte[] wrong = HexFormat.of().parseHex(octets);
        System.arraycopy(wrong, 0, request, at, wrong.length);

        assertThat(message.read(request, request.length)).as(what).isFalse();
    }

    @Test
    void takesNoneThatIsCutOffOrChangedInOneOctet() {
        byte[] request = HexFormat.of().parseHex(REQUEST);
        Integrity integrity = new Integrity(PASSWORD);
        for (int length = 0; length < request.length; length++) {
            assertThat(message.read(Arrays.copyOf(request, length), length)).isFalse();
        }
        for (int i = 0; i < request.length; i++) {
            byte[] changed = request.clone();
            changed[i] ^= 0x10;
            boolean taken = message.read(changed, changed.length)
                    && message.hasFingerprint()
                    && message.isFor(USER)
                    && message.isAuthentic(integrity);
            assertThat(taken).as("octet " + i).isFalse();
        }
    }

    @Test
    void neverThrowsWhateverComes() {
        Random random = new Random(5389);
        byte[] request = HexFormat.of().parseHex(REQUEST);
        Integrity integrity = new Integrity(PASSWORD);
        for (int i = 0; i < 200_000; i++) {
            byte[] hostile = Arrays.copyOf(request, random.nextInt(request.length + 40));
            for (int flips = random.nextInt(6); flips >= 0 && hostile.length > 0; flips--) {
                hostile[random.nextInt(hostile.length)] = (byte) random.nextInt();
            }
            if (hostile.length > 3 && random.nextBoolean()) {
                hostile[2] = 0;
                hostile[3] = (byte) (hostile.length - StunMessage.HEADER_BYTES);
            }
            if (message.read(hostile, hostile.length)) {
                message.hasFingerprint();
                message.isFor(USER);
                message.isAuthentic(integrity);
                message.priority();
            }
        }
    }

    @Test
    void doesNotTrustWhatFollowsTheIntegrity() {
        byte[] octets = Stun.of(0x0001)
                .with(Stun.USERNAME, USER)
                .with(0x0008, new byte[20])
                .with(Stun.USE_CANDIDATE, new byte[0])
                .fingerprinted();

        assertThat(message.read(octets, octets.length)).isTrue();
        assertThat(message.usesCandidate()).isFalse();
    }
}
