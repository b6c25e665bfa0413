package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.codec.G711;
import sotto.media.packet.Side;
import sotto.media.worker.LegReport;

/** Packets of 10 to 60 ms (RFC 3551 §4.2), with comfort noise between them (RFC 3389), over real sockets. */
final class PacketTimesTest {
    private static final int COMFORT_NOISE = 13;
    private static final int SSRC = 0x55;

    private final Peer caller = new Peer();
    private final Peer agent = new Peer();
    private final MediaPlane plane = Bench.plane();
    private final CallMedia call = plane.open("ptime");
    private int sequence = 65_530; // across the wrap
    private int timestamp = -4_000;

    PacketTimesTest() throws IOException, NoFreePorts {
        call.connect(Side.CALLER, Bench.plain(caller.address()));
        call.connect(Side.AGENT, Bench.plain(agent.address()));
    }

    @AfterEach
    void close() {
        plane.close();
        caller.close();
        agent.close();
    }

    private void say(byte[] payload, int type) throws IOException {
        caller.send(call.port(Side.CALLER), Rtp.octets(type, sequence++, timestamp, SSRC, payload));
        timestamp += type == COMFORT_NOISE ? 0 : payload.length;
    }

    private static byte[] sound(int samples, int from) {
        byte[] payload = new byte[samples];
        for (int i = 0; i < samples; i++) {
            payload[i] = (byte) (0xC0 + ((from + i) * 7) % 32); // quiet, and no tone
        }
        return payload;
    }

    private static byte[] key(int samples, int from) {
        byte[] payload = new byte[samples];
        for (int i = 0; i < samples; i++) {
            double sum =
                    Math.sin(2 * Math.PI * 852 * (from + i) / 8000) + Math.sin(2 * Math.PI * 1336 * (from + i) / 8000);
            payload[i] = G711.MU_LAW.octet((int) (6_000 * sum));
        }
        return payload;
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 20, 30, 40, 60})
    void allArrivesAsItWasSent(int ms) throws Exception {
        int samples = 8 * ms;
        int start = timestamp;
        int offset = 0;
        for (int i = 0; i < 30; i++) {
            if (i == 15) { // a pause of a second: one description of the noise, and silence
                say(new byte[] {70}, COMFORT_NOISE);
                Rtp noise = Rtp.read(agent.receive());
                assertThat(noise.payloadType()).isEqualTo(COMFORT_NOISE);
                assertThat(noise.payload()).containsExactly(70);
                timestamp += 8_000;
            }
            byte[] payload = sound(samples, i * samples);
            int sent = timestamp - start;
            say(payload, Rtp.PCMU);
            Rtp heard = Rtp.read(agent.receive());
            assertThat(heard.payload()).isEqualTo(payload);
            offset = i == 0 ? heard.timestamp() : offset;
            assertThat(heard.timestamp() - offset).isEqualTo(sent);
        }
        LegReport report = call.report(Side.CALLER).orElseThrow();
        assertThat(report.received()).isEqualTo(31);
        assertThat(report.lost()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 20, 30, 40, 60})
    void theMaskTakesKeysAndPassesTheRest(int ms) throws Exception {
        int samples = 8 * ms;
        try (Masking masking = call.mask()) {
            int at = 0;
            for (; at < 2_400; at += samples) {
                say(sound(samples, at), Rtp.PCMU);
            }
            for (; at < 4_320; at += samples) { // 240 ms of key 8
                say(key(samples, at), Rtp.PCMU);
            }
            say(new byte[] {70}, COMFORT_NOISE); // is kept back: it may be anything
            for (; at < 9_600; at += samples) {
                say(sound(samples, at), Rtp.PCMU);
            }
            assertThat(masking.nextKey(Duration.ofSeconds(2))).isEqualTo(8);
            int heardSamples = 0;
            int last = -1;
            for (Optional<byte[]> came = agent.receive(200); came.isPresent(); came = agent.receive(200)) {
                Rtp heard = Rtp.read(came.get());
                assertThat(heard.payloadType()).isEqualTo(Rtp.PCMU);
                assertThat(heard.payload()).hasSize(samples);
                assertThat(last < 0 || heard.sequence() == ((last + 1) & 0xFFFF))
                        .isTrue();
                last = heard.sequence();
                for (byte octet : heard.payload()) {
                    int linear = Math.abs(G711.MU_LAW.linear(octet));
                    assertThat(linear).isLessThan(2_000); // the tone has 12,000
                    heardSamples++;
                }
            }
            assertThat(heardSamples).isGreaterThan(9_600 - 320 - 2 * samples - 1);
            assertThat(masking.nextKey(Duration.ZERO)).isEqualTo(Masking.NO_KEY);
        }
    }
}
