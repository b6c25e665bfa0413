package sotto.media.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import sotto.media.packet.Verdict;

/** SSRCs that change, too many of them, and indices that run out. */
final class SourcesTest {
    private final Packets packets = new Packets();

    /** Highest and guess as rollover counter and sequence number. */
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # section,         highest so far,   arrives, guess
            §3.3.1,            0:0,              1,       0:1
            §3.3.1,            0:32767,          32768,   0:32768
            §3.3.1,            0:65535,          0,       1:0
            App. A,            0:32768,          0,       0:0
            App. A,            0:32769,          0,       1:0
            App. A,            1:0,              32768,   1:32768
            App. A,            1:0,              32769,   0:32769
            App. A,            1:32767,          65535,   1:65535
            App. A,            1:0,              65535,   0:65535
            none before ROC 0, 0:3,              40000,   0:40000
            §3.3.1,            4294967295:65534, 65535,   4294967295:65535
            past the last,     4294967295:65535, 0,       4294967296:0
            """)
    void guesses(String section, String highest, int sequence, String guess) {
        Source source = new Source(1);
        source.accept(index(highest), 1);
        assertThat(source.guess(sequence)).as(section).isEqualTo(index(guess));
        assertThat(source.guess(sequence)).as("a guess changes nothing").isEqualTo(index(guess));
    }

    private static long index(String rolloverAndSequence) {
        int colon = rolloverAndSequence.indexOf(':');
        return (Long.parseLong(rolloverAndSequence.substring(0, colon)) << 16)
                + Long.parseLong(rolloverAndSequence.substring(colon + 1));
    }

    @ParameterizedTest
    @MethodSource("sotto.media.srtp.Engine#withSuites")
    void followsAChangeOfSsrc(Engine engine, SrtpSuite suite) {
        try (SrtpKeys keys = Packets.keys(suite, 10);
                SrtpTransform sealing = engine.of(keys);
                SrtpTransform opening = engine.of(keys)) {
            int[] ssrcs = {1, 2, 1, -1, 2, 1};
            int[] sequences = {65_535, 40_000, 0, 0, 40_001, 1}; // 1 wraps, whatever the others do
            for (int i = 0; i < ssrcs.length; i++) {
                byte[] plain = Packets.rtp(ssrcs[i], sequences[i], 160);
                assertThat(sealing.seal(packets.view(plain))).isEqualTo(Verdict.NEXT);
                byte[] sealed = packets.octets();
                assertThat(opening.open(packets.view(sealed))).isEqualTo(Verdict.NEXT);
                assertThat(packets.octets()).isEqualTo(plain);
                assertThat(opening.open(packets.view(sealed))).isEqualTo(Verdict.SRTP_REPLAYED);
                int sealedBytes = sealing.sealRtcp(packets.put(Packets.rtcp(ssrcs[i], 32)), 32);
                byte[] rtcp = packets.octets(sealedBytes);
                assertThat(opening.openRtcp(packets.put(rtcp), sealedBytes)).isEqualTo(32);
                assertThat(opening.openRtcp(packets.put(rtcp), sealedBytes)).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sotto.media.srtp.Engine#withSuites")
    void receiverForgetsTheSsrcThatWasSilentLongest(Engine engine, SrtpSuite suite) {
        try (SrtpKeys keys = Packets.keys(suite, 11);
                SrtpTransform opening = engine.of(keys)) {
            byte[][] sealed = new byte[Sources.MOST + 1][];
            for (int ssrc = 0; ssrc <= Sources.MOST; ssrc++) {
                try (SrtpTransform sealing = engine.of(keys)) {
                    assertThat(sealing.seal(packets.view(Packets.rtp(ssrc, 5, 20))))
                            .isEqualTo(Verdict.NEXT);
                    sealed[ssrc] = packets.octets();
                }
                assertThat(opening.open(packets.view(sealed[ssrc]))).isEqualTo(Verdict.NEXT);
            }
            for (int ssrc = 1; ssrc <= Sources.MOST; ssrc++) { // all but SSRC 0 are remembered
                assertThat(opening.open(packets.view(sealed[ssrc]))).isEqualTo(Verdict.SRTP_REPLAYED);
            }
            assertThat(opening.open(packets.view(sealed[0]))).isEqualTo(Verdict.NEXT);
        }
    }

    @ParameterizedTest
    @MethodSource("sotto.media.srtp.Engine#withSuites")
    void senderRefusesOneSsrcTooMany(Engine engine, SrtpSuite suite) { // §9.1: it may not forget one
        try (SrtpKeys keys = Packets.keys(suite, 12);
                SrtpTransform sealing = engine.of(keys)) {
            for (int ssrc = 0; ssrc < Sources.MOST; ssrc++) {
                assertThat(sealing.seal(packets.view(Packets.rtp(ssrc, 5, 20)))).isEqualTo(Verdict.NEXT);
            }
            byte[] plain = Packets.rtp(Sources.MOST, 5, 20);
            assertThat(sealing.seal(packets.view(plain))).isEqualTo(Verdict.SRTP_SEAL_REFUSED);
            assertThat(packets.octets()).isEqualTo(plain);
            assertThat(sealing.seal(packets.view(Packets.rtp(0, 6, 20)))).isEqualTo(Verdict.NEXT);
        }
    }

    @Test
    void sealsNothingPastTheLastIndex() { // §3.3.1, §9.2
        Engine.needLibcrypto();
        for (SrtpSuite suite : SrtpSuite.values()) {
            try (SrtpKeys keys = Packets.keys(suite, 13);
                    LibcryptoTransform sealing = LibcryptoTransform.of(keys)) {
                sealing.runOn(1, Source.LAST_INDEX - 1, Integer.MAX_VALUE);
                assertThat(sealing.seal(packets.view(Packets.rtp(1, 65_535, 20))))
                        .isEqualTo(Verdict.NEXT);
                assertThat(sealing.seal(packets.view(Packets.rtp(1, 0, 20)))).isEqualTo(Verdict.SRTP_SEAL_REFUSED);
                assertThat(sealing.open(packets.view(Packets.rtp(1, 0, 20)))).isEqualTo(Verdict.SRTP_REPLAYED);
                assertThat(sealing.sealRtcp(packets.put(Packets.rtcp(1, 32)), 32))
                        .isEqualTo(32 + 4 + suite.rtcpTagBytes());
                assertThat(sealing.sealRtcp(packets.put(Packets.rtcp(1, 32)), 32))
                        .isEqualTo(-1);
            }
        }
    }
}
