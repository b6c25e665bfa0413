package sotto.media.rtcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.packet.RtpView;
import sotto.media.rtp.ReceiveStats;
import sotto.media.rtp.Rewrite;

/** Extended reports with VoIP metrics (RFC 3611 §4.7): ours octet by octet, and those of peers, sound or not. */
final class VoipMetricsTest {
    private static final int OFFSET = 3;
    private static final int OURS = 0x0A0B0C0D;
    private static final int PEERS = 0x11223344;
    private static final long MS = 1_000_000;

    private final MemorySegment memory = Arena.ofAuto().allocate(2048);
    private final ReceiveStats receiver = new ReceiveStats();
    private final RtcpSession session = new RtcpSession(new Rewrite(OURS, 7), receiver, new Random(1), 0);

    /** Packets of 30 ms, of which 200 to 203 and 215 are lost: a burst of 16. Then one alone. */
    private void hear(int upTo) {
        RtpView packet = new RtpView(memory);
        for (int i = 0; i < upTo; i++) {
            boolean lost = (i >= 200 && i < 204) || i == 215 || i == 400;
            memory.set(ValueLayout.JAVA_BYTE, 1024, (byte) 0x80);
            packet.wrap(1024, 252);
            packet.payloadType(0);
            packet.sequence(65_400 + i & 0xFFFF);
            packet.timestamp(240 * i);
            packet.ssrc(PEERS);
            if (!lost) {
                receiver.process(packet, 30L * MS * i);
            }
        }
    }

    @Test
    void writesOurBlock() {
        session.voipMetrics(true);
        assertThat(session.write(memory, OFFSET, 0)).isEqualTo(8 + 28); // nothing heard: nothing to say
        hear(512);
        int length = session.write(memory, OFFSET, 20_000 * MS);
        assertThat(length).isEqualTo(32 + 28 + VoipMetrics.BYTES).isLessThanOrEqualTo(RtcpSession.MOST_BYTES);
        byte[] block = memory.asSlice(OFFSET + length - VoipMetrics.BYTES, VoipMetrics.BYTES)
                .toArray(ValueLayout.JAVA_BYTE);
        String expected =
                """
                80 CF 000A 0A0B0C0D
                07 00 0008 11223344
                03 00 50 00
                01E0 1C20
                0000 0000
                7F 7F 7F 10
                """; // 6 of 512; 5 of 16 in a burst of 480 ms; 480 in 2 gaps: 7,200 ms
        assertThat(HexFormat.of().withUpperCase().formatHex(block, 0, 24))
                .isEqualTo(expected.replaceAll("\\s", "").substring(0, 48));
        assertThat(block[32]).isBetween((byte) 85, (byte) 92); // R: 1.2 % of loss in rows
        assertThat(block[33]).isEqualTo((byte) 127);
        assertThat(block[34]).isBetween((byte) 41, (byte) 44);
        assertThat(block[35]).isBetween((byte) 41, (byte) 44);
    }

    @Test
    void isOffUntilItIsAskedFor() {
        hear(100);
        assertThat(session.write(memory, OFFSET, 0)).isEqualTo(32 + 28);
        session.voipMetrics(true);
        assertThat(session.write(memory, OFFSET, 0)).isEqualTo(32 + 28 + VoipMetrics.BYTES);
        session.voipMetrics(false);
        assertThat(session.write(memory, OFFSET, 0)).isEqualTo(32 + 28);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
            # section,                   blocks,                                                       sound, MOS,  round trip
            §4.7 about us,               07000008 OURS 10000000 00000000 00C80000 00000010 5A7F2B29 0000000000000000, true, 4.1, 200
            §4.7.5 to listen only,       07000008 OURS 10000000 00000000 00C80000 00000010 5A7F2B7F 0000000000000000, true, 4.3, 200
            §4.7.5 none,                 07000008 OURS 10000000 00000000 00C80000 00000010 5A7F7F7F 0000000000000000, true, -1,  200
            §4.7.5 out of its range,     07000008 OURS 10000000 00000000 00C80000 00000010 5A7F09FF 0000000000000000, true, -1,  200
            §4.7 about another,          07000008 0A0B0C0E 10000000 00000000 00C80000 00000010 5A7F2B29 0000000000000000, true, -1, -1
            §3 behind another block,     04000002 1122334455667788 07000008 OURS 10000000 00000000 00C80000 00000010 5A7F2B29 0000000000000000, true, 4.1, 200
            §3 block longer than packet, 07000009 OURS 10000000 00000000 00C80000 00000010 5A7F2B29 0000000000000000, true, -1, -1
            §3 other block too long,     0400FFFF 1122334455667788 07000008 OURS 10000000 00000000 00C80000 00000010 5A7F2B29 0000000000000000, true, -1, -1
            §4.7 of another length,      07000007 OURS 10000000 00000000 00C80000 00000010 5A7F2B29 00000000, true, -1, -1
            §2 without blocks,           '',                                                           true,  -1,   -1
            """)
    void readsThePeersBlock(String section, String blocks, boolean sound, double mos, double roundTripMs) {
        String octets = blocks.replace("OURS", "0A0B0C0D").replace(" ", "");
        int words = 1 + octets.length() / 8;
        String packet = "80C9000111223344" + "80CF%04X11223344".formatted(words) + octets;
        assertThat(receive(HexFormat.of().parseHex(packet))).as(section).isEqualTo(sound);
        assertThat(session.farMos()).as(section).isEqualTo(mos);
        assertThat(session.farRoundTripMs()).as(section).isEqualTo(roundTripMs);
    }

    @Test
    void refusesOneWithoutASource() {
        assertThat(receive(HexFormat.of().parseHex("80C900011122334480CF0000"))).isFalse();
    }

    @Test
    void noOctetsMakeItThrowOrReadBeyond() {
        byte[] whole = HexFormat.of()
                .parseHex("80C900011122334480CF000D112233440400000211223344556677880700"
                        + "00080A0B0C0D100000000000000000C80000000000105A7F2B290000000000000000");
        assertThat(receive(whole)).isTrue();
        assertThat(session.farMos()).isCloseTo(4.1, within(0.001));
        Random random = new Random(3);
        for (int i = 0; i < 100_000; i++) {
            byte[] broken = whole.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            receive(broken);
        }
    }

    private boolean receive(byte[] packet) {
        try (Arena exact = Arena.ofConfined()) { // ends with the datagram, so that reading past it throws
            MemorySegment datagram = exact.allocate(OFFSET + packet.length);
            MemorySegment.copy(packet, 0, datagram, ValueLayout.JAVA_BYTE, OFFSET, packet.length);
            return session.receive(datagram, OFFSET, packet.length, 0);
        }
    }
}
