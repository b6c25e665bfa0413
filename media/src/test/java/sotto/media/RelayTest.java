package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.worker.EngineUnderTest;
import sotto.media.worker.LegReport;

/** Two phones and a call between them, over real sockets, in the clear. */
final class RelayTest {
    private final MediaPlane plane = Bench.plane();
    private final Peer caller;
    private final Peer agent;
    private final Peer stranger;
    private CallMedia call;

    RelayTest() throws IOException, NoFreePorts {
        caller = new Peer();
        agent = new Peer();
        stranger = new Peer();
        call = plane.open("relay");
    }

    @BeforeEach
    void connect() {
        call.connect(Side.CALLER, Bench.plain(caller.address()));
        call.connect(Side.AGENT, Bench.plain(agent.address()));
    }

    @AfterEach
    void close() {
        plane.close();
        caller.close();
        agent.close();
        stranger.close();
    }

    @Test
    void carriesAudioBothWaysAsStreamsOfItsOwn() throws IOException {
        int toAgentSsrc = 0;
        for (int i = 0; i < 50; i++) {
            int sequence = 65_520 + i; // across the wrap
            caller.send(call.port(Side.CALLER), Rtp.audio(sequence, 0x1111));
            Rtp heard = Rtp.read(agent.receive());
            assertThat(heard.payload())
                    .isEqualTo(Rtp.read(Rtp.audio(sequence, 1)).payload());
            assertThat(heard.ssrc()).isNotEqualTo(0x1111);
            assertThat(i == 0 || heard.ssrc() == toAgentSsrc).isTrue();
            toAgentSsrc = heard.ssrc();

            agent.send(call.port(Side.AGENT), Rtp.audio(i, 0x2222));
            assertThat(Rtp.read(caller.receive()).payload())
                    .isEqualTo(Rtp.read(Rtp.audio(i, 1)).payload());
        }

        LegReport report = call.report(Side.CALLER).orElseThrow();
        assertThat(report.received()).isEqualTo(50);
        assertThat(report.sent()).isEqualTo(50);
        assertThat(report.lost()).isZero();
        assertThat(report.latched()).contains(caller.address());
        Until.holds("100 packets counted", () -> plane.counters().packets(Verdict.NEXT) == 100);
        assertThat(call.silence()).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void keepsSequenceAndStreamOverAReInvite() throws IOException {
        caller.send(call.port(Side.CALLER), Rtp.audio(7, 1));
        Rtp before = Rtp.read(agent.receive());

        call.connect(Side.CALLER, Bench.plain(caller.address()));
        caller.send(call.port(Side.CALLER), Rtp.audio(8, 1));
        Rtp after = Rtp.read(agent.receive());

        assertThat(after.ssrc()).isEqualTo(before.ssrc());
        assertThat(after.sequence()).isEqualTo((before.sequence() + 1) & 0xFFFF);
        assertThat(after.timestamp() - before.timestamp()).isEqualTo(160);
    }

    @Test
    void sendsNothingToALegOnHold() throws IOException {
        call.connect(Side.AGENT, Bench.plain(agent.address(), false));
        caller.send(call.port(Side.CALLER), Rtp.audio(7, 1));
        caller.send(call.port(Side.CALLER), Rtp.audio(8, 1));
        Until.holds("counted", () -> plane.counters().packets(Verdict.DIRECTION_INACTIVE) == 2);

        call.connect(Side.AGENT, Bench.plain(agent.address(), true));
        caller.send(call.port(Side.CALLER), Rtp.audio(9, 1));
        assertThat(Rtp.read(agent.receive()).payload())
                .isEqualTo(Rtp.read(Rtp.audio(9, 1)).payload());
        assertThat(agent.receive(50)).isEmpty();
    }

    @Test
    void holdsBackUntilBothLegsAreSettled() throws Exception {
        CallMedia half = plane.open("half");
        assertThat(half.report(Side.CALLER)).isEmpty();
        caller.send(half.port(Side.CALLER), Rtp.audio(1, 1));
        Until.holds("counted", () -> plane.counters().packets(Verdict.LEG_NOT_CONNECTED) == 1);

        half.connect(Side.CALLER, Bench.plain(caller.address()));
        caller.send(half.port(Side.CALLER), Rtp.audio(2, 1));
        Until.holds("counted", () -> plane.counters().packets(Verdict.LEG_NOT_CONNECTED) == 2);
        assertThat(half.report(Side.CALLER).orElseThrow().received()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
        # what,                        first octet, second octet, octets, counted as
        empty,                         0x80,        0,            0,      NOT_RTP
        STUN,                          0x00,        1,            20,     NOT_RTP
        DTLS,                          0x16,        0xFE,         40,     NOT_RTP
        version 3,                     0xC0,        0,            172,    NOT_RTP
        shorter than a header,         0x80,        0,            11,     RTP_MALFORMED
        15 sources and no room,        0x8F,        0,            71,     RTP_MALFORMED
        extension and no room,         0x90,        0,            15,     RTP_MALFORMED
        padding longer than payload,   0xA0,        0,            13,     RTP_MALFORMED
        fills its slot: cut off,       0x80,        0,            2048,   RTP_MALFORMED
        longer than its slot,          0x80,        0,            4000,   RTP_MALFORMED
        type that nobody offered,      0x80,        96,           172,    RTP_UNKNOWN_PAYLOAD_TYPE
        report cut short,              0x81,        200,          28,     RTCP_MALFORMED
        BYE with rubbish behind,       0x80,        203,          8,      RTCP_MALFORMED
        """)
    void countsWhatIsNoPacketOfThisCall(String what, String first, String second, int octets, Verdict verdict)
            throws IOException {
        byte[] datagram = new byte[octets];
        if (octets > 1) {
            datagram[0] = Integer.decode(first).byteValue();
            datagram[1] = Integer.decode(second).byteValue();
            datagram[octets - 1] = 77; // as a padding count: longer than the payload
        }
        caller.send(call.port(Side.CALLER), datagram);
        Until.holds("counted as " + verdict, () -> plane.counters().packets(verdict) == 1);

        caller.send(call.port(Side.CALLER), Rtp.audio(1, 1));
        assertThat(Rtp.read(agent.receive()).payload()).hasSize(160);
        assertThat(agent.receive(20)).isEmpty();
        assertThat(plane.faults()).isZero();
    }

    @Test
    void takesRtcpOnEitherPort() throws IOException {
        byte[] empty = {(byte) 0x80, (byte) 201, 0, 1, 0, 0, 0, 9};
        caller.send(call.port(Side.CALLER) + 1, empty);
        caller.send(call.port(Side.CALLER), empty);

        Until.holds("consumed", () -> plane.counters().packets(Verdict.CONSUMED) == 2);
        assertThat(plane.counters().rtcpPackets()).isEqualTo(2);
    }

    /** As phones do at hang-up. */
    @Test
    void takesAByeWithoutAReportAndCountsItApart() throws IOException {
        byte[] bye = {(byte) 0x81, (byte) 203, 0, 1, 0, 0, 0, 9};
        caller.send(call.port(Side.CALLER) + 1, bye);

        Until.holds("counted", () -> plane.counters().packets(Verdict.RTCP_REDUCED_SIZE) == 1);
        assertThat(plane.counters().packets(Verdict.RTCP_MALFORMED)).isZero();
        assertThat(plane.counters().packets(Verdict.CONSUMED)).isZero();
    }

    @Test
    void outlivesAPeerThatClosedItsPort() throws IOException {
        agent.send(call.port(Side.AGENT), Rtp.audio(1, 2));
        caller.receive();
        agent.close();
        for (int i = 0; i < 5; i++) {
            caller.send(call.port(Side.CALLER), Rtp.audio(i, 1));
            int sent = i + 1;
            Until.holds("taken", () -> call.report(Side.CALLER).orElseThrow().received() == sent);
        }
        if (!EngineUnderTest.isUring()) { // its sockets are not connected, and are not told
            Until.holds("refused", () -> plane.counters().packets(Verdict.SEND_REFUSED) > 0);
        }
        carriesOn();
    }

    private void carriesOn() throws IOException {
        try (Peer another = new Peer()) {
            call.connect(Side.AGENT, Bench.plain(another.address()));
            caller.send(call.port(Side.CALLER), Rtp.audio(50, 1));
            assertThat(Rtp.read(another.receive()).payload()).hasSize(160);
        }
        assertThat(plane.healthy()).isTrue();
    }

    @Test
    void doesNotCarryWhatAStrangerSends() throws IOException {
        caller.send(call.port(Side.CALLER), Rtp.audio(1, 1));
        agent.receive();
        stranger.send(call.port(Side.CALLER), Rtp.audio(2, 1));

        Until.holds("counted", () -> plane.counters().packets(Verdict.SOURCE_STRANGER) == 1);
        assertThat(agent.receive(20)).isEqualTo(Optional.empty());
    }
}
