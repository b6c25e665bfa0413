package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.worker.LegPlan;

/** Two gateways that turn from audio to T.38 and back, over real sockets. */
final class FaxRelayTest {
    @TempDir
    Path directory;

    private final Peer caller;
    private final Peer agent;
    private MediaPlane plane;
    private CallMedia call;

    FaxRelayTest() throws IOException {
        caller = new Peer();
        agent = new Peer();
    }

    @BeforeEach
    void talk() throws Exception {
        plane = MediaPlane.start(Bench.settings(64, Optional.of(directory)));
        call = plane.open("fax");
        audio();
    }

    @AfterEach
    void close() {
        plane.close();
        caller.close();
        agent.close();
    }

    private void audio() {
        call.connect(Side.CALLER, Bench.plain(caller.address()));
        call.connect(Side.AGENT, Bench.plain(agent.address()));
    }

    private void fax() {
        assertThat(call.reserveFax()).isTrue();
        call.connect(Side.CALLER, LegPlan.fax(caller.address(), true));
        call.connect(Side.AGENT, LegPlan.fax(agent.address(), true));
    }

    /** A UDPTL packet with a primary packet of so many octets and none repeated (ITU-T T.38 §9.1). */
    static byte[] udptl(int sequence, int primaryBytes) {
        int head = primaryBytes < 128 ? 3 : 4;
        byte[] packet = new byte[head + primaryBytes + 2];
        packet[0] = (byte) (sequence >> 8);
        packet[1] = (byte) sequence;
        if (head == 3) {
            packet[2] = (byte) primaryBytes;
        } else {
            packet[2] = (byte) (0x80 | primaryBytes >> 8);
            packet[3] = (byte) primaryBytes;
        }
        return packet;
    }

    private long counted(Verdict verdict) {
        return plane.counters().packets(verdict);
    }

    private void carries(byte[] datagram) throws IOException {
        caller.send(call.port(Side.CALLER), datagram);
        assertThat(agent.receive()).isEqualTo(datagram);
        agent.send(call.port(Side.AGENT), datagram);
        assertThat(caller.receive()).isEqualTo(datagram);
    }

    private void talks(int sequence) throws IOException {
        caller.send(call.port(Side.CALLER), Rtp.audio(sequence, 1));
        assertThat(Rtp.read(agent.receive()).payload())
                .isEqualTo(Rtp.read(Rtp.audio(sequence, 1)).payload());
        agent.send(call.port(Side.AGENT), Rtp.audio(sequence, 2));
        assertThat(Rtp.read(caller.receive()).payload())
                .isEqualTo(Rtp.read(Rtp.audio(sequence, 2)).payload());
    }

    /** Whatever its first octet would be in RFC 7983: the sequence number is there. */
    @Test
    void carriesEverySequenceNumberBothWaysAsItIs() throws IOException {
        talks(1);
        fax();
        List<Integer> sequences = List.of(0, 1, 0x14FE, 0x7FFF, 0x8000, 0x80C8, 0x80DF, 0xBFFF, 0xC000, 0xFFFF);
        for (int sequence : sequences) {
            carries(udptl(sequence, 1 + sequence % 200));
        }
        carries(udptl(5, 2_000));
        Until.holds("counted", () -> counted(Verdict.UDPTL_FORWARDED) == 2L * sequences.size() + 2);
        assertThat(counted(Verdict.NOT_RTP)
                        + counted(Verdict.RTP_MALFORMED)
                        + plane.counters().rtcpPackets())
                .isZero();
    }

    @Test
    void turnsBackToAudioAsTheSameStream() throws IOException {
        caller.send(call.port(Side.CALLER), Rtp.audio(7, 1));
        Rtp before = Rtp.read(agent.receive());
        fax();
        carries(udptl(0, 10));
        audio();
        caller.send(call.port(Side.CALLER), Rtp.audio(8, 1));
        Rtp after = Rtp.read(agent.receive());
        assertThat(after.ssrc()).isEqualTo(before.ssrc());
        assertThat(after.sequence()).isEqualTo((before.sequence() + 1) & 0xFFFF);

        caller.send(call.port(Side.CALLER), udptl(1, 10));
        Until.holds("not carried any more", () -> counted(Verdict.NOT_RTP) == 1);
        assertThat(agent.receive(20)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
        # what,                                    octets, in the first octets
        empty,                                     0,
        a sequence number alone,                   2,      0 1
        no room for the primary packet,            3,      0 1 5
        a primary packet of no length,             6,      0 1 0
        a primary packet cut short,                7,      0 1 5
        a length of two octets and no second,      3,      0 1 0x81
        a long primary packet cut short,           259,    0 1 0x81 0
        fragments of 16K,                          200,    0 1 0xC1
        fills its slot: cut off,                   2048,   0 1 5
        longer than its slot,                      4000,   0 1 5
        """)
    void dropsAndCountsWhatIsNoUdptl(String what, int octets, String first) throws IOException {
        fax();
        byte[] datagram = new byte[octets];
        String[] begin = first == null ? new String[0] : first.split(" ");
        for (int i = 0; i < begin.length; i++) {
            datagram[i] = Integer.decode(begin[i]).byteValue();
        }
        caller.send(call.port(Side.CALLER), datagram);
        Until.holds("counted", () -> counted(Verdict.UDPTL_MALFORMED) == 1);
        carries(udptl(1, 20));
        assertThat(agent.receive(20)).isEmpty();
        assertThat(plane.faults()).isZero();
    }

    @Test
    void latchesLikeAudioDoes() throws IOException {
        talks(1);
        try (Peer machine = new Peer();
                Peer stranger = new Peer()) { // T.38 has a port of its own at the caller's gateway
            assertThat(call.reserveFax()).isTrue();
            call.connect(Side.CALLER, LegPlan.fax(machine.address(), true));
            call.connect(Side.AGENT, LegPlan.fax(agent.address(), true));
            agent.send(call.port(Side.AGENT), udptl(0, 10));
            assertThat(machine.receive()).isEqualTo(udptl(0, 10));

            machine.send(call.port(Side.CALLER), udptl(1, 10));
            assertThat(agent.receive()).isEqualTo(udptl(1, 10));
            stranger.send(call.port(Side.CALLER), udptl(2, 10));
            caller.send(call.port(Side.CALLER), udptl(3, 10));
            Until.holds("both are strangers", () -> counted(Verdict.SOURCE_STRANGER) == 2);
            assertThat(agent.receive(20)).isEmpty();
        }
    }

    @Test
    void sendsNothingToALegOnHoldOrStillInAudio() throws IOException {
        assertThat(call.reserveFax()).isTrue();
        call.connect(Side.CALLER, LegPlan.fax(caller.address(), true));
        caller.send(call.port(Side.CALLER), udptl(1, 10));
        agent.send(call.port(Side.AGENT), Rtp.audio(1, 2));
        Until.holds("neither is carried", () -> counted(Verdict.LEG_NOT_CONNECTED) == 2);

        call.connect(Side.AGENT, LegPlan.fax(agent.address(), false));
        caller.send(call.port(Side.CALLER), udptl(1, 10));
        Until.holds("held", () -> counted(Verdict.DIRECTION_INACTIVE) == 1);
        assertThat(agent.receive(20)).isEmpty();
        assertThat(caller.receive(20)).isEmpty();
    }

    @Test
    void secureItIsNotSoItCannotBeMasked() throws Exception {
        fax();
        assertThatExceptionOfType(MaskRefused.class).isThrownBy(call::mask).withMessageContaining("T.38");
        assertThat(call.masked()).isFalse();
        carries(udptl(1, 10));
        call.releaseFax(); // of no effect while it is carried
        assertThatExceptionOfType(MaskRefused.class).isThrownBy(call::mask).withMessageContaining("T.38");

        audio();
        try (Masking masking = call.mask()) {
            assertThat(masking.sinks()).contains("agent-leg", "tap");
            assertThat(call.reserveFax()).isFalse();
        }
        assertThat(plane.faults()).isZero();
    }

    @Test
    void aFaxThatIsBeingAgreedOnKeepsTheMaskOffUntilItIsRefused() throws Exception {
        assertThat(call.reserveFax()).isTrue();
        assertThatExceptionOfType(MaskRefused.class).isThrownBy(call::mask).withMessageContaining("T.38");
        audio(); // a refresh of the session meanwhile
        assertThatExceptionOfType(MaskRefused.class).isThrownBy(call::mask).withMessageContaining("T.38");
        talks(1);
        call.releaseFax();
        call.mask().close();
    }

    /** What signalling must never do: audio ends rather than that a key gets through. */
    @Test
    void aFaxWithoutReservationEndsMaskedMedia() throws Exception {
        try (Masking masking = call.mask()) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> call.connect(Side.CALLER, LegPlan.fax(caller.address(), true)));
            caller.send(call.port(Side.CALLER), udptl(1, 10));
            assertThat(agent.receive(50)).isEmpty();
            assertThat(masking.sinks()).isNotEmpty();
        }
    }

    @Test
    void theTapHearsNothingOfIt() throws IOException {
        talks(1);
        fax();
        byte[] page = udptl(3, 150);
        java.util.Arrays.fill(page, 3, 153, (byte) 0x5A);
        for (int i = 0; i < 50; i++) {
            carries(page);
        }
        audio();
        talks(2);
        call.close();
        plane.close();
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> written = files.filter(Files::isRegularFile).toList();
            assertThat(written).hasSize(2).allSatisfy(file -> assertThat(
                            new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .doesNotContain("ZZZZ"));
        }
    }
}
