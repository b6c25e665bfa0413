package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.media.codec.AudioFormat;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpSuite;
import sotto.media.worker.LegPlan;

/** What a peer gets is one stream over all that happens to a call: its SSRC stays, its sequence numbers have no gap. */
final class ContinuityTest {
    private static final int PCMA = 8;
    private static final SrtpSuite SUITE = SrtpSuite.AEAD_AES_128_GCM;

    private final MediaPlane plane = Bench.plane();
    private final Peer caller = new Peer();
    private final Peer moved = new Peer();
    private final Peer agent = new Peer();
    private final CallMedia call = plane.open("one-stream");
    private Peer speaker = caller;
    private SrtpEnd phone = new SrtpEnd(SUITE, 1, 2);
    private int payloadType = Rtp.PCMU;
    private int sequence = 65_533;
    private int timestamp;
    private int ssrc = 0x1111;

    ContinuityTest() throws IOException, NoFreePorts {}

    /** What happens between two packets of the caller. */
    enum Event {
        RE_INVITE_OF_THE_SPEAKER,
        RE_INVITE_OF_THE_HEARER,
        HOLD_AND_RESUME,
        OTHER_LAW,
        OTHER_PAYLOAD_TYPE,
        SPEAKER_HAS_ANOTHER_SSRC,
        SPEAKER_STARTS_OVER,
        SPEAKER_MOVES,
        HEARER_HAS_ANOTHER_KEY
    }

    @AfterEach
    void close() {
        phone.close();
        plane.close();
        caller.close();
        moved.close();
        agent.close();
    }

    private LegPlan spoken(AudioFormat format) {
        LegPlan plain = Bench.plain(speaker.address());
        return new LegPlan(
                plain.remote(),
                plain.remoteRtcp(),
                format,
                payloadType,
                OptionalInt.of(Rtp.EVENT),
                plain.receiveKeys(),
                plain.sendKeys(),
                true);
    }

    private LegPlan heard(int receiveSeed, int sendSeed, boolean peerReceives) {
        LegPlan srtp = Bench.srtp(agent.address(), SUITE, receiveSeed, sendSeed);
        return new LegPlan(
                srtp.remote(),
                srtp.remoteRtcp(),
                AudioFormat.PCMU,
                Rtp.PCMU,
                OptionalInt.of(Rtp.EVENT),
                srtp.receiveKeys(),
                srtp.sendKeys(),
                peerReceives);
    }

    private void say() throws IOException {
        byte[] packet = Rtp.octets(payloadType, sequence++, timestamp, ssrc, new byte[160]);
        timestamp += 160;
        speaker.send(call.port(Side.CALLER), packet);
    }

    private Rtp hear() throws IOException {
        say();
        return Rtp.read(phone.open(agent.receive()));
    }

    @ParameterizedTest
    @EnumSource
    void runsOn(Event event) throws Exception {
        call.connect(Side.CALLER, spoken(AudioFormat.PCMU));
        call.connect(Side.AGENT, heard(1, 2, true));
        hear();
        Rtp before = hear();
        switch (event) {
            case RE_INVITE_OF_THE_SPEAKER -> call.connect(Side.CALLER, spoken(AudioFormat.PCMU));
            case RE_INVITE_OF_THE_HEARER -> call.connect(Side.AGENT, heard(1, 2, true));
            case HOLD_AND_RESUME -> {
                call.connect(Side.AGENT, heard(1, 2, false));
                say();
                say();
                Until.holds("held back", () -> plane.counters().packets(Verdict.DIRECTION_INACTIVE) == 2);
                call.connect(Side.AGENT, heard(1, 2, true));
            }
            case OTHER_LAW -> {
                payloadType = PCMA;
                call.connect(Side.CALLER, spoken(AudioFormat.PCMA));
            }
            case OTHER_PAYLOAD_TYPE -> {
                payloadType = 96;
                call.connect(Side.CALLER, spoken(AudioFormat.PCMU));
            }
            case SPEAKER_HAS_ANOTHER_SSRC -> {
                ssrc = 0x2222;
                sequence = 4_000;
                timestamp = 77;
            }
            case SPEAKER_STARTS_OVER -> {
                sequence = 30_000;
                timestamp = 0x7000_0000;
            }
            case SPEAKER_MOVES -> {
                speaker = moved;
                call.connect(Side.CALLER, spoken(AudioFormat.PCMU));
            }
            case HEARER_HAS_ANOTHER_KEY -> {
                call.connect(Side.AGENT, heard(11, 12, true));
                phone.close();
                phone = new SrtpEnd(SUITE, 11, 12);
            }
        }
        Rtp after = hear();
        assertThat(after.ssrc()).isEqualTo(before.ssrc());
        assertThat(after.sequence()).isEqualTo((before.sequence() + 1) & 0xFFFF);
        assertThat(after.payloadType()).isEqualTo(Rtp.PCMU);
        int ticks = after.timestamp() - before.timestamp();
        assertThat(ticks).isPositive().isLessThan(16_000); // time that passed, never a leap
        assertThat(hear().timestamp() - after.timestamp()).isEqualTo(160);
    }
}
