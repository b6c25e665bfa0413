package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.codec.AudioFormat;
import sotto.media.codec.G711;
import sotto.media.packet.Side;
import sotto.media.srtp.SrtpSuite;
import sotto.media.worker.LegPlan;

/** A call whose legs have the two laws of G.711, over real sockets: the agent's leg is SRTP. */
final class LawsDifferTest {
    private static final SrtpSuite SUITE = SrtpSuite.AES_CM_128_HMAC_SHA1_80;
    private static final int PCMA = 8;
    private static final int COMFORT_NOISE = 13; // RFC 3389 §4
    private static final double DBM0_PEAK = 22_300;

    private final MediaPlane plane = Bench.plane();
    private final Peer caller;
    private final Peer agent;
    private final CallMedia call;
    private final SrtpEnd phone = new SrtpEnd(SUITE, 1, 2);

    LawsDifferTest() throws IOException, NoFreePorts {
        caller = new Peer();
        agent = new Peer();
        call = plane.open("laws");
    }

    private void connect(AudioFormat callers, AudioFormat agents) {
        LegPlan plain = Bench.plain(caller.address());
        LegPlan srtp = Bench.srtp(agent.address(), SUITE, 1, 2);
        call.connect(Side.CALLER, plan(plain, callers, 101));
        call.connect(Side.AGENT, plan(srtp, agents, 96));
    }

    private static LegPlan plan(LegPlan like, AudioFormat format, int event) {
        return new LegPlan(
                like.remote(),
                like.remoteRtcp(),
                format,
                type(format),
                OptionalInt.of(event),
                like.receiveKeys(),
                like.sendKeys(),
                true);
    }

    private static int type(AudioFormat format) {
        return format == AudioFormat.PCMA ? PCMA : Rtp.PCMU;
    }

    @AfterEach
    void close() {
        phone.close();
        plane.close();
        caller.close();
        agent.close();
    }

    private static byte[] tone(AudioFormat law, int packet, double dbm0, double... hertz) {
        byte[] octets = new byte[160];
        for (int i = 0; i < octets.length; i++) {
            double sample = 0;
            for (double each : hertz) {
                sample += Math.sin(2 * Math.PI * each * (packet * 160 + i) / 8000) / Math.sqrt(hertz.length);
            }
            octets[i] = G711.of(law).octet((int) Math.round(DBM0_PEAK * Math.pow(10, dbm0 / 20) * sample));
        }
        return octets;
    }

    private static double level(AudioFormat law, byte[] octets) {
        double power = 0;
        for (byte octet : octets) {
            power += Math.pow(G711.of(law).linear(octet), 2) / octets.length;
        }
        return 20 * Math.log10(Math.sqrt(2 * power) / DBM0_PEAK);
    }

    private Rtp heardByAgent() throws IOException {
        return Rtp.read(phone.open(agent.receive()));
    }

    @ParameterizedTest(name = "{0} to {1} at {2} dBm0")
    @CsvSource(
            textBlock =
                    """
            # ITU-T G.711 §3: the same level in both laws
            PCMA, PCMU,   3
            PCMA, PCMU, -10
            PCMA, PCMU, -35
            PCMU, PCMA,   3
            PCMU, PCMA, -10
            PCMU, PCMA, -35
            PCMA, PCMA, -10
            PCMU, PCMU, -10
            """)
    void aToneArrivesAtItsLevelBothWays(AudioFormat callers, AudioFormat agents, double dbm0) throws Exception {
        connect(callers, agents);
        for (int i = 0; i < 20; i++) {
            byte[] sent = tone(callers, i, dbm0, 1000);
            caller.send(call.port(Side.CALLER), Rtp.octets(type(callers), i, 160 * i, 5, sent));
            Rtp heard = heardByAgent();
            assertThat(heard.payloadType()).isEqualTo(type(agents));
            assertThat(level(agents, heard.payload())).isCloseTo(dbm0, within(0.25));

            byte[] back = tone(agents, i, dbm0, 440);
            agent.send(call.port(Side.AGENT), phone.seal(Rtp.octets(type(agents), i, 160 * i, 6, back)));
            Rtp said = Rtp.read(caller.receive());
            assertThat(said.payloadType()).isEqualTo(type(callers));
            assertThat(level(callers, said.payload())).isCloseTo(dbm0, within(0.25));
        }
    }

    @Test
    void comfortNoiseAndEventsAreNotOfALaw() throws Exception {
        connect(AudioFormat.PCMA, AudioFormat.PCMU);
        byte[] noise = {60, 1, 2, 3};
        caller.send(call.port(Side.CALLER), Rtp.octets(COMFORT_NOISE, 1, 160, 5, noise));
        Rtp heard = heardByAgent();
        assertThat(heard.payloadType()).isEqualTo(COMFORT_NOISE);
        assertThat(heard.payload()).isEqualTo(noise);

        byte[] event = {5, 10, 0, (byte) 160};
        caller.send(call.port(Side.CALLER), Rtp.octets(101, 2, 320, 5, event));
        heard = heardByAgent();
        assertThat(heard.payloadType()).isEqualTo(96);
        assertThat(heard.payload()).isEqualTo(event);
    }

    /** The mask hears the caller's law, and the silence that it puts in is of the agent's. */
    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource({"PCMA, PCMU", "PCMU, PCMA"})
    void secureMasksTonesOfEitherLaw(AudioFormat callers, AudioFormat agents) throws Exception {
        connect(callers, agents);
        try (Masking masking = call.mask()) {
            for (int i = 0; i < 40; i++) {
                boolean key = i >= 15 && i < 25; // 200 ms of key 5
                byte[] sent = key ? tone(callers, i, -6, 770, 1336) : tone(callers, i, -60, 300);
                caller.send(call.port(Side.CALLER), Rtp.octets(type(callers), i, 160 * i, 5, sent));
            }
            assertThat(masking.nextKey(Duration.ofSeconds(2))).isEqualTo(5);
            boolean silent = false;
            for (Optional<byte[]> came = agent.receive(200); came.isPresent(); came = agent.receive(200)) {
                Rtp heard = Rtp.read(phone.open(came.get()));
                assertThat(heard.payloadType()).isEqualTo(type(agents));
                assertThat(level(agents, heard.payload())).isLessThan(-50);
                silent |= level(agents, heard.payload()) < -65;
            }
            assertThat(silent).isTrue();
            assertThat(masking.nextKey(Duration.ZERO)).isEqualTo(Masking.NO_KEY);
        }
    }

    @Test
    void aChangeOfLawKeepsTheOtherLegsStream() throws Exception {
        connect(AudioFormat.PCMU, AudioFormat.PCMU);
        caller.send(call.port(Side.CALLER), Rtp.octets(Rtp.PCMU, 7, 0, 5, tone(AudioFormat.PCMU, 0, -10, 1000)));
        Rtp before = heardByAgent();
        call.connect(Side.CALLER, plan(Bench.plain(caller.address()), AudioFormat.PCMA, 101));
        caller.send(call.port(Side.CALLER), Rtp.octets(PCMA, 8, 160, 5, tone(AudioFormat.PCMA, 1, -10, 1000)));
        Rtp after = heardByAgent();
        assertThat(after.payloadType()).isEqualTo(Rtp.PCMU);
        assertThat(after.ssrc()).isEqualTo(before.ssrc());
        assertThat(after.sequence()).isEqualTo((before.sequence() + 1) & 0xFFFF);
        assertThat(after.timestamp() - before.timestamp()).isEqualTo(160);
        assertThat(level(AudioFormat.PCMU, after.payload())).isCloseTo(-10, within(0.25));
    }
}
