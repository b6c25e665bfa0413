package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpSuite;

/** The carrier's side in the clear, the agent's side SRTP, over real sockets. */
final class SrtpRelayTest {
    private static final int AGENT_SENDS = 1;
    private static final int AGENT_RECEIVES = 2;
    private static final int WRONG = 3;

    private final MediaPlane plane = Bench.plane();
    private final Peer caller;
    private final Peer agent;
    private final Peer stranger;

    SrtpRelayTest() throws IOException {
        caller = new Peer();
        agent = new Peer();
        stranger = new Peer();
    }

    @AfterEach
    void close() {
        plane.close();
        caller.close();
        agent.close();
        stranger.close();
    }

    private CallMedia call(SrtpSuite suite) throws NoFreePorts {
        CallMedia call = plane.open("srtp");
        call.connect(Side.CALLER, Bench.plain(caller.address()));
        call.connect(Side.AGENT, Bench.srtp(agent.address(), suite, AGENT_SENDS, AGENT_RECEIVES));
        return call;
    }

    private static SrtpEnd end(SrtpSuite suite) {
        return new SrtpEnd(suite, AGENT_SENDS, AGENT_RECEIVES);
    }

    @ParameterizedTest
    @EnumSource
    void encryptsOneSideOnly(SrtpSuite suite) throws Exception {
        CallMedia call = call(suite);
        try (SrtpEnd phone = end(suite)) {
            for (int i = 0; i < 50; i++) {
                caller.send(call.port(Side.CALLER), Rtp.audio(i, 7));
                byte[] sealed = agent.receive();
                assertThat(sealed).hasSize(172 + suite.tagBytes());
                assertThat(Rtp.read(phone.open(sealed)).payload())
                        .isEqualTo(Rtp.read(Rtp.audio(i, 7)).payload());

                int sequence = 65_500 + i; // across the wrap: rollover counter goes to 1
                agent.send(call.port(Side.AGENT), phone.seal(Rtp.audio(sequence, 9)));
                assertThat(Rtp.read(caller.receive()).payload())
                        .isEqualTo(Rtp.read(Rtp.audio(sequence, 9)).payload());
            }
        }
        assertThat(call.report(Side.AGENT).orElseThrow().received()).isEqualTo(50);
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheRolloverCounterOverAReInviteWithTheSameKeys(SrtpSuite suite) throws Exception {
        CallMedia call = call(suite);
        try (SrtpEnd phone = end(suite)) {
            for (int sequence : new int[] {65_534, 65_535, 65_536, 65_537}) {
                agent.send(call.port(Side.AGENT), phone.seal(Rtp.audio(sequence, 9)));
                caller.receive();
            }
            byte[] old = phone.seal(Rtp.audio(65_538, 9));
            agent.send(call.port(Side.AGENT), old);
            caller.receive();

            call.connect(Side.AGENT, Bench.srtp(agent.address(), suite, AGENT_SENDS, AGENT_RECEIVES));

            agent.send(call.port(Side.AGENT), old); // the replay window is kept too
            Until.holds("replay counted", () -> plane.counters().packets(Verdict.SRTP_REPLAYED) == 1);
            agent.send(call.port(Side.AGENT), phone.seal(Rtp.audio(65_539, 9)));
            assertThat(Rtp.read(caller.receive()).payload())
                    .isEqualTo(Rtp.read(Rtp.audio(65_539, 9)).payload());
        }
    }

    /** RFC 3711 §3.2.1, §3.3.1: nothing but another key sets the index back, neither what is heard nor what is sent. */
    @ParameterizedTest
    @EnumSource
    void keepsTheRolloverCounterOverAHold(SrtpSuite suite) throws Exception {
        CallMedia call = call(suite);
        try (SrtpEnd phone = end(suite)) {
            for (int sequence : new int[] {65_534, 65_535, 65_536}) {
                agent.send(call.port(Side.AGENT), phone.seal(Rtp.audio(sequence, 9)));
                caller.receive();
            }
            caller.send(call.port(Side.CALLER), Rtp.audio(1, 7));
            int before = Rtp.read(phone.open(agent.receive())).sequence();

            call.connect(Side.AGENT, Bench.srtp(agent.address(), suite, AGENT_SENDS, AGENT_RECEIVES, false));
            caller.send(call.port(Side.CALLER), Rtp.audio(2, 7));
            Until.holds("held", () -> plane.counters().packets(Verdict.DIRECTION_INACTIVE) == 1);
            agent.send(call.port(Side.AGENT), phone.seal(Rtp.audio(65_537, 9))); // music, for one
            caller.receive();
            call.connect(Side.AGENT, Bench.srtp(agent.address(), suite, AGENT_SENDS, AGENT_RECEIVES));

            agent.send(call.port(Side.AGENT), phone.seal(Rtp.audio(65_538, 9)));
            assertThat(Rtp.read(caller.receive()).payload())
                    .isEqualTo(Rtp.read(Rtp.audio(65_538, 9)).payload());
            caller.send(call.port(Side.CALLER), Rtp.audio(3, 7));
            assertThat(Rtp.read(phone.open(agent.receive())).sequence()).isEqualTo(before + 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesNewKeysOnAReInvite(SrtpSuite suite) throws Exception {
        CallMedia call = call(suite);
        call.connect(Side.AGENT, Bench.srtp(agent.address(), suite, 11, 12));
        try (SrtpEnd before = end(suite);
                SrtpEnd after = new SrtpEnd(suite, 11, 12)) {
            agent.send(call.port(Side.AGENT), before.seal(Rtp.audio(1, 9)));
            Until.holds("refused", () -> plane.counters().packets(Verdict.SRTP_BAD_TAG) == 1);
            agent.send(call.port(Side.AGENT), after.seal(Rtp.audio(2, 9)));
            assertThat(Rtp.read(caller.receive()).payload()).hasSize(160);
        }
    }

    @ParameterizedTest
    @EnumSource
    void wrongKeyHarmsNobodyElse(SrtpSuite suite) throws Exception {
        CallMedia good = call(suite);
        CallMedia bad = plane.open("bad");
        bad.connect(Side.CALLER, Bench.plain(stranger.address()));
        bad.connect(Side.AGENT, Bench.srtp(agent.address(), suite, AGENT_SENDS, AGENT_RECEIVES));

        try (SrtpEnd phone = end(suite);
                SrtpEnd liar = new SrtpEnd(suite, WRONG, WRONG)) {
            for (int i = 0; i < 20; i++) {
                agent.send(bad.port(Side.AGENT), liar.seal(Rtp.audio(i, 5)));
                agent.send(good.port(Side.AGENT), phone.seal(Rtp.audio(i, 9)));
                assertThat(Rtp.read(caller.receive()).payload())
                        .isEqualTo(Rtp.read(Rtp.audio(i, 9)).payload());
            }
        }
        Until.holds("all refused", () -> plane.counters().packets(Verdict.SRTP_BAD_TAG) == 20);
        assertThat(bad.report(Side.AGENT).orElseThrow().received()).isZero();
        assertThat(bad.report(Side.AGENT).orElseThrow().latched()).isEmpty();
        assertThat(stranger.receive(20)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void followsAPeerWhoseNatRebinds(SrtpSuite suite) throws Exception {
        CallMedia call = call(suite);
        try (SrtpEnd phone = end(suite);
                SrtpEnd liar = new SrtpEnd(suite, WRONG, WRONG)) {
            agent.send(call.port(Side.AGENT), phone.seal(Rtp.audio(1, 9)));
            caller.receive();

            stranger.send(call.port(Side.AGENT), liar.seal(Rtp.audio(2, 9))); // forged: moves nothing
            Until.holds("refused", () -> plane.counters().packets(Verdict.SRTP_BAD_TAG) == 1);
            assertThat(call.report(Side.AGENT).orElseThrow().latched()).contains(agent.address());

            stranger.send(call.port(Side.AGENT), phone.seal(Rtp.audio(3, 9))); // authentic: it is the peer
            caller.receive();
            assertThat(call.report(Side.AGENT).orElseThrow().latched()).contains(stranger.address());
            caller.send(call.port(Side.CALLER), Rtp.audio(1, 7));
            assertThat(phone.open(stranger.receive())).hasSize(172);
            stranger.send(call.port(Side.AGENT), phone.seal(Rtp.audio(4, 9)));
            assertThat(Rtp.read(caller.receive()).payload()).hasSize(160);
        }
    }

    @ParameterizedTest
    @EnumSource
    void plainRtpOnAnEncryptedLegIsRefused(SrtpSuite suite) throws Exception {
        CallMedia call = call(suite);
        agent.send(call.port(Side.AGENT), Rtp.audio(1, 9));
        Until.holds("refused", () -> plane.counters().packets(Verdict.SRTP_BAD_TAG) == 1);
        assertThat(caller.receive(20)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void opensEncryptedRtcp(SrtpSuite suite) throws Exception {
        CallMedia call = call(suite);
        byte[] report = {(byte) 0x80, (byte) 201, 0, 1, 0, 0, 0, 9};
        try (SrtpEnd phone = end(suite)) {
            agent.send(call.port(Side.AGENT) + 1, report);
            Until.holds("refused", () -> plane.counters().packets(Verdict.SRTP_BAD_TAG) == 1);
            agent.send(call.port(Side.AGENT) + 1, phone.sealRtcp(report));
            Until.holds("consumed", () -> plane.counters().packets(Verdict.CONSUMED) == 1);
        }
    }
}
