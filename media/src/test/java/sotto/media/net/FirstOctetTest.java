package sotto.media.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FirstOctetTest {
    private static final int OFFSET = 7;

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
        # section,        first, second, length, is
        RFC 7983 §7,      0,     1,      20,     STUN
        RFC 7983 §7,      3,     255,    20,     STUN
        RFC 7983 §7,      4,     1,      20,     NEITHER
        RFC 7983 §7,      19,    1,      20,     NEITHER
        RFC 7983 §7,      20,    254,    20,     DTLS
        RFC 7983 §7,      22,    200,    20,     DTLS
        RFC 7983 §7,      63,    0,      20,     DTLS
        RFC 7983 §7,      64,    0,      20,     NEITHER
        RFC 7983 §7,      127,   0,      20,     NEITHER
        RFC 7983 §7,      128,   0,      20,     RTP
        RFC 7983 §7,      191,   127,    20,     RTP
        RFC 7983 §7,      192,   0,      20,     NEITHER
        RFC 7983 §7,      255,   200,    20,     NEITHER
        RFC 5761 §4,      128,   191,    20,     RTP
        RFC 5761 §4,      128,   192,    20,     RTCP
        RFC 5761 §4,      129,   200,    20,     RTCP
        RFC 5761 §4,      191,   223,    20,     RTCP
        RFC 5761 §4,      128,   224,    20,     RTP
        cut off,          128,   200,    2,      RTCP
        cut off,          128,   200,    1,      NEITHER
        empty,            128,   200,    0,      NEITHER
        """)
    void tellsByTwoOctets(String section, int first, int second, int lengthBytes, FirstOctet is) {
        MemorySegment memory = Arena.ofAuto().allocate(OFFSET + 20);
        memory.set(ValueLayout.JAVA_BYTE, OFFSET, (byte) first);
        memory.set(ValueLayout.JAVA_BYTE, OFFSET + 1, (byte) second);

        assertThat(FirstOctet.of(memory, OFFSET, lengthBytes)).as(section).isEqualTo(is);
    }
}
