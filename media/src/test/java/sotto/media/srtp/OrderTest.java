package sotto.media.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import sotto.media.packet.Verdict;

/** Packets out of order, twice, late, and over the wrap of the sequence number (RFC 3711 §3.3.1, §3.3.2). */
final class OrderTest {
    private static final int SSRC = 0x1234_5678;

    private final Packets packets = new Packets();

    /** One column is what was sent, in order; the other what arrives: N is let through, R refused as a replay, T for its tag. */
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # section, case,                        sent from, to,    arrives, and what becomes of it
            §3.3.1, starts at 0,                    0,     2,     0 N 1 N 2 N
            §3.3.1, starts at 1,                    1,     3,     1 N 2 N 3 N
            §3.3.1, starts at 2^15-1,               32767, 32770, 32767 N 32768 N 32769 N
            §3.3.1, starts at 2^15,                 32768, 32770, 32768 N 32769 N 32770 N
            §3.3.1, starts at 2^16-1,               65535, 65537, 65535 N 65536 N 65537 N
            §3.3.1, loss over the wrap,             65534, 65540, 65534 N 65540 N
            §3.3.1, reordered over the wrap,        65534, 65538, 65534 N 65537 N 65535 N 65536 N 65538 N
            §3.3.1, second wrap,                    65534, 131074, 65534 N 98000 N 130000 N 131073 N 131071 N
            §3.3.1, loss of 2^15-1,                 10,    32777, 10 N 32777 N
            §3.3.1, wrapped before the first came,  65535, 65537, 65536 T 65537 T 65535 N 65536 N
            §3.3.2, twice,                          7,     8,     7 N 7 R 8 N 7 R 8 R
            §3.3.2, twice at 0,                     0,     1,     0 N 0 R 1 N 0 R
            §3.3.2, twice over the wrap,            65535, 65536, 65535 N 65536 N 65535 R 65536 R
            §3.3.2, as late as the window is wide,  100,   163,   163 N 100 N 100 R 101 N
            §3.3.2, later than the window,          100,   164,   164 N 100 R 101 N
            §3.3.2, later than it over the wrap,    65500, 65564, 65500 N 65564 N 65500 R 65501 N
            §3.3.2, gap of more than the window,    0,     1000,  0 N 1000 N 0 R 936 R 937 N 937 R 960 N
            """)
    void followsTheIndex(String section, String what, int from, int to, String arrivals) {
        for (Engine engine : Engine.values()) {
            for (SrtpSuite suite : SrtpSuite.values()) {
                String row = section + " " + what + ", " + engine + ", " + suite;
                follows(engine, suite, row, sealed(suite, from, to), arrivals);
            }
        }
    }

    private void follows(Engine engine, SrtpSuite suite, String row, Map<Integer, byte[]> sealed, String arrivals) {
        try (SrtpKeys keys = Packets.keys(suite, 9);
                SrtpTransform opening = engine.of(keys)) {
            String[] words = arrivals.split(" ");
            List<String> became = new ArrayList<>();
            for (int i = 0; i < words.length; i += 2) {
                byte[] packet = Objects.requireNonNull(sealed.get(Integer.valueOf(words[i])), row);
                became.add(words[i]);
                became.add(
                        switch (opening.open(packets.view(packet))) {
                            case NEXT -> "N";
                            case SRTP_REPLAYED -> "R";
                            default -> "T";
                        });
            }
            assertThat(became).as(row).isEqualTo(Arrays.asList(words));
        }
    }

    /** By extended sequence number. */
    private Map<Integer, byte[]> sealed(SrtpSuite suite, int from, int to) {
        Map<Integer, byte[]> sealed = new HashMap<>();
        try (SrtpKeys keys = Packets.keys(suite, 9);
                SrtpTransform sealing = SrtpTransforms.of(keys)) {
            for (int extended = from; extended <= to; extended++) {
                assertThat(sealing.seal(packets.view(Packets.rtp(SSRC, extended, 20))))
                        .isEqualTo(Verdict.NEXT);
                sealed.put(extended, packets.octets());
            }
        }
        return sealed;
    }

    @ParameterizedTest
    @MethodSource("sotto.media.srtp.Engine#withSuites")
    void runsThroughTwoWrapsFromEachStart(Engine engine, SrtpSuite suite) {
        for (int start : new int[] {0, 1, 32767, 32768, 65535}) {
            try (SrtpKeys keys = Packets.keys(suite, start);
                    SrtpTransform sealing = SrtpTransforms.of(keys);
                    SrtpTransform opening = engine.of(keys)) {
                for (int extended = start; extended < start + 140_000; extended += 1 + extended % 3) { // with loss
                    byte[] plain = Packets.rtp(SSRC, extended & 0xFFFF, 4);
                    Verdict sealed = sealing.seal(packets.view(plain));
                    byte[] sent = packets.octets();
                    Verdict opened = opening.open(packets.view(sent));
                    if (sealed != Verdict.NEXT || opened != Verdict.NEXT || !Arrays.equals(packets.octets(), plain)) {
                        throw new AssertionError(
                                "start " + start + ", packet " + extended + ": " + sealed + ", " + opened);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sotto.media.srtp.Engine#withSuites")
    void neverSealsOneIndexTwice(Engine engine, SrtpSuite suite) { // §9.1
        try (SrtpKeys keys = Packets.keys(suite, 4);
                SrtpTransform sealing = engine.of(keys)) {
            assertThat(sealing.seal(packets.view(Packets.rtp(SSRC, 100, 160)))).isEqualTo(Verdict.NEXT);
            byte[] again = Packets.rtp(SSRC, 100, 160);
            assertThat(sealing.seal(packets.view(again))).isEqualTo(Verdict.SRTP_REPLAYED);
            assertThat(packets.octets()).isEqualTo(again);
            assertThat(sealing.seal(packets.view(Packets.rtp(SSRC, 99, 160)))).isEqualTo(Verdict.NEXT);
            assertThat(sealing.seal(packets.view(Packets.rtp(SSRC, 36, 160)))).isEqualTo(Verdict.SRTP_REPLAYED);
        }
    }

    @ParameterizedTest
    @MethodSource("sotto.media.srtp.Engine#withSuites")
    void refusesRtcpTwiceOrLate(Engine engine, SrtpSuite suite) {
        try (SrtpKeys keys = Packets.keys(suite, 5);
                SrtpTransform sealing = SrtpTransforms.of(keys);
                SrtpTransform opening = engine.of(keys)) {
            List<byte[]> sealed = new ArrayList<>();
            for (int i = 0; i <= 70; i++) {
                int sealedBytes = sealing.sealRtcp(packets.put(Packets.rtcp(SSRC, 32)), 32);
                sealed.add(packets.octets(sealedBytes));
            }
            assertThat(openRtcp(opening, sealed.get(0))).isEqualTo(32);
            assertThat(openRtcp(opening, sealed.get(0))).isEqualTo(-1);
            assertThat(openRtcp(opening, sealed.get(70))).isEqualTo(32);
            assertThat(openRtcp(opening, sealed.get(6))).isEqualTo(-1); // 64 behind: older than the window
            assertThat(openRtcp(opening, sealed.get(7))).isEqualTo(32);
            assertThat(openRtcp(opening, sealed.get(7))).isEqualTo(-1);
        }
    }

    private int openRtcp(SrtpTransform opening, byte[] sealed) {
        return opening.openRtcp(packets.put(sealed), sealed.length);
    }
}
