package sotto.media.rtcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.packet.RtpView;
import sotto.media.rtp.ReceiveStats;
import sotto.media.rtp.Rewrite;

final class RtcpSessionTest {
    private static final long MS = 1_000_000;
    private static final long ZERO_NS = Long.MAX_VALUE - 2_000 * MS; // the clock wraps in most tests
    private static final int OFFSET = 3;
    private static final int OURS = 0x0A0B0C0D;
    private static final int PEERS = 0x11223344;

    private final MemorySegment memory = Arena.ofAuto().allocate(2048);
    private final Rewrite sender = new Rewrite(OURS, 7);
    private final ReceiveStats receiver = new ReceiveStats();
    private final NtpTime ntp = new NtpTime(Instant.parse("2026-11-24T10:00:00.5Z"), ZERO_NS);
    private final RtcpSession session = new RtcpSession(sender, receiver, new Random(1), ZERO_NS, ntp);

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # section,             octets,                                                             sound
            §6.4.2 RR of nobody,   80 C9 0001 11223344,                                                true
            §6.4.2 RR and BYE,     80 C9 0001 11223344 81 CB 0001 11223344,                            true
            §6.1 unknown type,     80 C9 0001 11223344 80 D2 0000,                                     true
            RFC 5506 BYE alone,    81 CB 0001 11223344,                                                true
            RFC 5506 SDES alone,   81 CA 0001 11223344,                                                true
            RFC 5506 PLI alone,    81 CE 0002 11223344 55667788,                                       true
            RFC 5506 type 199,     80 C7 0001 11223344,                                                false
            RFC 5506 type 208,     80 D0 0001 11223344,                                                false
            RFC 5506 BYE of 2 in 1,82 CB 0001 11223344,                                                false
            RFC 5506 BYE too long, 81 CB 0002 11223344,                                                false
            A.2 version 1,         40 C9 0001 11223344,                                                false
            A.2 version 3 second,  80 C9 0001 11223344 C1 CB 0001 11223344,                            false
            A.2 length too long,   80 C9 0002 11223344,                                                false
            A.2 length too short,  80 C9 0000 11223344,                                                false
            A.2 odd octets behind, 80 C9 0001 11223344 80 CB,                                          false
            A.2 length 65535,      80 C9 FFFF 11223344,                                                false
            §6.4.2 block missing,  81 C9 0001 11223344,                                                false
            §6.4.1 no sender info, 80 C8 0001 11223344,                                                false
            §6.6 BYE of 3 in 1,    80 C9 0001 11223344 83 CB 0001 11223344,                            false
            §6.4.1 padding first,  A0 C9 0002 11223344 00000004 81 CB 0001 11223344,                   false
            §6.4.1 padding last,   80 C9 0001 11223344 A1 CB 0002 11223344 00000004,                   true
            §6.4.1 padding of 0,   80 C9 0001 11223344 A1 CB 0002 11223344 00000000,                   false
            §6.4.1 padding of 3,   80 C9 0001 11223344 A1 CB 0002 11223344 00000003,                   false
            §6.4.1 all is padding, 80 C9 0001 11223344 A1 CB 0002 11223344 0000000C,                   false
            """)
    void takesSoundCompoundsOnly(String section, String octets, boolean sound) {
        byte[] packet = HexFormat.of().parseHex(octets.replace(" ", ""));
        assertThat(receive(packet, packet.length, 0)).as(section).isEqualTo(sound);
    }

    @Test
    void everyTruncationIsRefusedOrEndsAtAPart() {
        hear(5, 0);
        send(5);
        int length = session.write(memory, OFFSET, ZERO_NS + 100 * MS);
        byte[] whole = memory.asSlice(OFFSET, length).toArray(ValueLayout.JAVA_BYTE);
        int reportBytes = length - 28;
        for (int cut = 0; cut < length; cut++) {
            assertThat(receive(whole, cut, 200))
                    .as("%d of %d octets", cut, length)
                    .isEqualTo(cut == reportBytes);
        }
        Random random = new Random(2);
        for (int i = 0; i < 200_000; i++) { // no octets make it throw or read outside the datagram
            byte[] broken = whole.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            receive(broken, broken.length, 200);
        }
    }

    @Test
    void senderReportTellsWhatWasSentAndHeard() {
        send(10); // 0 to 180 ms
        hear(50, 0);
        hearOne(53, 1060);
        int length = session.write(memory, OFFSET, ZERO_NS + 1_180 * MS);
        assertThat(length).isEqualTo(80);
        RtcpView view = new RtcpView();
        assertThat(view.wrap(memory, OFFSET, length)).isTrue();
        assertThat(view.next()).isTrue();
        assertThat(view.type()).isEqualTo(RtcpView.SENDER_REPORT);
        assertThat(view.senderSsrc()).isEqualTo(OURS);
        assertThat(view.ntpMiddle()).isEqualTo(NtpTime.middle(ntp.at(ZERO_NS + 1_180 * MS)));
        assertThat(word(16)).isEqualTo(9 * 160 + 8_000); // timestamp of this instant: 1 s after the last packet
        assertThat(word(20)).isEqualTo(10);
        assertThat(word(24)).isEqualTo(1_600);
        assertThat(view.count()).isOne();
        assertThat(view.blockSsrc(0)).isEqualTo(PEERS);
        assertThat(view.fractionLost(0)).isEqualTo(3 * 256 / 54);
        assertThat(word(32)).isEqualTo((3 * 256 / 54) << 24 | 3); // cumulative
        assertThat(word(36)).isEqualTo(53);
        assertThat(view.lastSenderReport(0)).isZero(); // the peer sent none
        assertThat(view.next()).isTrue();
        assertThat(view.type()).isEqualTo(RtcpView.SOURCE_DESCRIPTION);
        assertThat(view.next()).isFalse();
    }

    @Test
    void whoSendsNothingReportsAsReceiver() {
        hear(1, 0);
        assertThat(session.write(memory, OFFSET, ZERO_NS)).isEqualTo(8 + 24 + 28);
        assertThat(memory.get(ValueLayout.JAVA_BYTE, OFFSET + 1)).isEqualTo((byte) RtcpView.RECEIVER_REPORT);
        send(1);
        assertThat(typeWritten()).isEqualTo(RtcpView.SENDER_REPORT);
        assertThat(typeWritten()).isEqualTo(RtcpView.SENDER_REPORT); // §6.4: sent in the interval before
        assertThat(typeWritten()).isEqualTo(RtcpView.RECEIVER_REPORT);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 20, 150, 2_999})
    void roundTripOfTwoSessions(long oneWayMs) {
        ReceiveStats peerHears = new ReceiveStats();
        Rewrite peerSends = new Rewrite(PEERS, 1);
        long peerZeroNs = 12_345; // another clock, an hour off
        NtpTime peerNtp = new NtpTime(Instant.parse("2026-11-24T11:00:00Z"), peerZeroNs);
        RtcpSession peer = new RtcpSession(peerSends, peerHears, new Random(3), peerZeroNs, peerNtp);
        peerHears.process(packet(OURS, 1, 0), peerZeroNs);
        send(1);
        int length = session.write(memory, OFFSET, ZERO_NS);
        assertThat(peer.receive(memory, OFFSET, length, peerZeroNs + oneWayMs * MS))
                .isTrue();
        length = peer.write(memory, OFFSET, peerZeroNs + (oneWayMs + 4_321) * MS); // it kept it for 4,321 ms
        assertThat(session.roundTripMs()).isEqualTo(-1);
        assertThat(session.receive(memory, OFFSET, length, ZERO_NS + (2 * oneWayMs + 4_321) * MS))
                .isTrue();
        assertThat(session.roundTripMs()).isCloseTo(2.0 * oneWayMs, within(0.05));
    }

    @Test
    void readsWhatThePeerReportsAboutUsOnly() {
        String others = "80C90001 11223344 82C9000D 11223344";
        String about = "%08X FF000003 00000001 00000050 00000000 00000000";
        byte[] packet = HexFormat.of()
                .parseHex((others
                                + about.formatted(0x0A0B0C0E)
                                + about.formatted(OURS).replace("FF000003", "40000003"))
                        .replace(" ", ""));
        assertThat(receive(packet, packet.length, 0)).isTrue();
        assertThat(session.remoteLossFraction()).isEqualTo(0.25);
        assertThat(session.remoteJitterMs()).isEqualTo(10);
        assertThat(session.roundTripMs()).isEqualTo(-1);
    }

    @Test
    void byeCountsFromTheSourceOnly() {
        hear(1, 0);
        byte[] other = HexFormat.of().parseHex("80C900011122334481CB000111223345");
        assertThat(receive(other, other.length, 0)).isTrue();
        assertThat(session.hasPeerLeft()).isFalse();
        byte[] own = HexFormat.of().parseHex("80C900011122334482CB00021122334511223344");
        assertThat(receive(own, own.length, 0)).isTrue();
        assertThat(session.hasPeerLeft()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # wall,                      ms later, seconds,    fraction
            1970-01-01T00:00:00Z,        0,        2208988800, 0
            2026-11-24T10:00:00.5Z,      0,        4004503200, 2147483648
            2026-11-24T10:00:00.5Z,      500,      4004503201, 0
            2036-02-07T06:28:15Z,        1000,     0,          0
            2036-02-07T06:28:16Z,        250,      0,          1073741824
            """)
    void ntpTime(Instant wall, long laterMs, long seconds, long fraction) { // era 1 begins on 7 February 2036
        long time = new NtpTime(wall, ZERO_NS).at(ZERO_NS + laterMs * MS);
        assertThat(time >>> 32).isEqualTo(seconds);
        assertThat(time & 0xFFFF_FFFFL).isEqualTo(fraction);
    }

    @Test
    void spanOfSeconds() {
        assertThat(NtpTime.span(5_250 * MS)).isEqualTo(0x0005_4000); // the example of RFC 3550 figure 2
        assertThat(NtpTime.span(Long.MAX_VALUE)).isEqualTo(-1);
        assertThat(NtpTime.span(40_000_000L * MS)).isEqualTo(0x9C40_0000); // 40,000 s, above the sign bit
    }

    @Test
    void intervalsAreRandomAroundFiveSeconds() {
        assertThat(session.isDue(at(1_249))).isFalse(); // §6.2: the first one half as long
        assertThat(session.isDue(at(3_750))).isTrue();
        double sum = 0;
        long now = ZERO_NS;
        for (int i = 0; i < 2_000; i++) {
            session.write(memory, OFFSET, now);
            long start = now;
            while (!session.isDue(now)) {
                now += 10 * MS;
            }
            assertThat(now - start).isBetween(2_500 * MS, 7_510 * MS);
            sum += (now - start) / 1e9;
        }
        assertThat(sum / 2_000).isCloseTo(5, within(0.15));
    }

    @Test
    void cnameIsRandomForEachSession() {
        RtcpSession other = new RtcpSession(sender, receiver, new Random(9), ZERO_NS, ntp);
        assertThat(cname(session))
                .matches("[A-Za-z0-9+/]{16}")
                .isEqualTo(cname(session))
                .isNotEqualTo(cname(other));
    }

    @Test
    void allocatesNothing() {
        hear(5, 0);
        send(5);
        assertThat(leastAllocated(this::exchange)).isZero();
    }

    /** Least of ten rounds: the compiler may allocate once when it changes its mind, a packet's garbage is in each round. */
    private static long leastAllocated(Runnable round) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 10 && least > 0; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            round.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private void exchange() {
        for (int i = 0; i < 20_000; i++) {
            int length = session.write(memory, OFFSET, ZERO_NS + i);
            if (!session.receive(memory, OFFSET, length, ZERO_NS + i)) {
                throw new AssertionError("own report refused");
            }
        }
    }

    private String cname(RtcpSession of) {
        int length = of.write(memory, OFFSET, ZERO_NS);
        byte[] octets = memory.asSlice(OFFSET + length - 18, 16).toArray(ValueLayout.JAVA_BYTE);
        return new String(octets, java.nio.charset.StandardCharsets.US_ASCII);
    }

    private static long at(long ms) {
        return ZERO_NS + ms * MS;
    }

    private int typeWritten() {
        session.write(memory, OFFSET, ZERO_NS);
        return memory.get(ValueLayout.JAVA_BYTE, OFFSET + 1) & 0xFF;
    }

    private int word(int at) {
        return Integer.reverseBytes(memory.get(ValueLayout.JAVA_INT_UNALIGNED, OFFSET + at));
    }

    private boolean receive(byte[] packet, int length, long ms) {
        try (Arena exact = Arena.ofConfined()) { // ends with the datagram, so that reading past it throws
            MemorySegment datagram = exact.allocate(OFFSET + length);
            MemorySegment.copy(packet, 0, datagram, ValueLayout.JAVA_BYTE, OFFSET, length);
            return session.receive(datagram, OFFSET, length, ZERO_NS + ms * MS);
        }
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            sender.process(packet(99, i, i * 160), ZERO_NS + i * 20L * MS);
        }
    }

    private void hear(int upTo, int ms) {
        for (int i = 0; i < upTo; i++) {
            hearOne(i, ms + i * 20L);
        }
    }

    private void hearOne(int sequence, long ms) {
        receiver.process(packet(PEERS, sequence, sequence * 160), ZERO_NS + ms * MS);
    }

    private RtpView packet(int ssrc, int sequence, int timestamp) {
        RtpView packet = new RtpView(memory);
        memory.set(ValueLayout.JAVA_BYTE, 1024, (byte) 0x80);
        packet.wrap(1024, 172);
        packet.payloadType(0);
        packet.sequence(sequence);
        packet.timestamp(timestamp);
        packet.ssrc(ssrc);
        return packet;
    }
}
