package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sotto.media.codec.G711;
import sotto.media.packet.Side;

/** What happens when secure-pay ends while the caller still holds a key: nothing of it is heard, and nobody is told so. */
@Timeout(60)
final class MaskEndsTest {
    private static final int SSRC = 5;
    private static final int SAMPLES = 160;
    private static final double[] KEY_5 = {770, 1336}; // Hz, ITU-T Q.23

    private final MediaPlane plane = Bench.plane();
    private final Peer caller;
    private final Peer agent;
    private final CallMedia call;
    private int sequence;
    private int sample;

    MaskEndsTest() throws IOException, NoFreePorts {
        caller = new Peer();
        agent = new Peer();
        call = plane.open("ends");
        call.connect(Side.CALLER, Bench.plain(caller.address()));
        call.connect(Side.AGENT, Bench.plain(agent.address()));
    }

    @AfterEach
    void close() {
        plane.close();
        caller.close();
        agent.close();
    }

    @Test
    void aToneThatGoesOnIsMaskedAndSaidToBeUntilItEnds() throws Exception {
        Masking masking = call.mask();
        send(10, false);
        send(20, true);
        assertThat(masking.nextKey(Duration.ofSeconds(2))).isEqualTo(5);
        masking.close();
        long closedNs = System.nanoTime();

        while (System.nanoTime() - closedNs < 3_500_000_000L) { // longer than any time that the mask knows
            send(5, true);
            assertThat(call.masked()).isTrue();
            assertThat(masking.awaitSpeech(Duration.ZERO)).isFalse();
        }
        assertThat(loudest(heard())).as("of the key, at the agent").isLessThan(300);

        send(10, false);
        assertThat(masking.awaitSpeech(Duration.ofSeconds(2))).isTrue();
        assertThat(call.masked()).isFalse();
        heard();
        send(3, true); // nobody is asked for a key any more
        assertThat(loudest(heard())).isGreaterThan(3_000);
    }

    @Test
    void aQuietLineIsLetGoAtOnce() throws Exception {
        Masking masking = call.mask();
        send(10, false);
        masking.close();
        assertThat(call.masked()).as("until 40 ms are known to be clean").isTrue();
        send(4, false);
        assertThat(masking.awaitSpeech(Duration.ofMillis(500))).isTrue();
    }

    @Test
    void aLineWithoutPacketsIsLetGoAfterThreeSecondsButNotUnsearched() throws Exception {
        Masking masking = call.mask();
        send(5, true);
        masking.close();
        assertThat(masking.awaitSpeech(Duration.ofSeconds(1))).isFalse();
        assertThat(masking.awaitSpeech(Duration.ofSeconds(4))).isTrue();

        heard();
        send(5, true); // the same key, still down, after the network was gone
        assertThat(call.masked()).isTrue();
        assertThat(loudest(heard())).isLessThan(300);
    }

    @Test
    void theNextOneMayStartWhileTheLastOneEnds() throws Exception {
        Masking first = call.mask();
        send(10, true);
        first.close();
        try (Masking second = call.mask()) {
            send(10, true);
            assertThat(loudest(heard())).isLessThan(300);
            assertThat(first.awaitSpeech(Duration.ZERO)).isFalse();
            assertThat(second.sinks()).isNotEmpty();
        }
    }

    /** Packets of 20 ms, each judged before the next: quiet noise, or a key with it. */
    private void send(int packets, boolean key) throws IOException {
        for (int i = 0; i < packets; i++) {
            byte[] audio = new byte[SAMPLES];
            for (int n = 0; n < SAMPLES; n++, sample++) {
                double line = 20 * Math.sin(sample * sample % 1_000);
                for (double hertz : KEY_5) {
                    line += key ? 4_000 * Math.sin(2 * Math.PI * hertz * sample / 8_000) : 0;
                }
                audio[n] = G711.MU_LAW.octet((int) line);
            }
            caller.send(call.port(Side.CALLER), Rtp.octets(Rtp.PCMU, sequence++, sample, SSRC, audio));
            int all = sequence;
            Until.holds("judged", () -> call.report(Side.CALLER).orElseThrow().received() >= all);
        }
    }

    private List<Rtp> heard() throws IOException {
        List<Rtp> packets = new ArrayList<>();
        for (Optional<byte[]> next = agent.receive(100); next.isPresent(); next = agent.receive(100)) {
            packets.add(Rtp.read(next.get()));
        }
        return packets;
    }

    private static int loudest(List<Rtp> packets) {
        int loudest = 0;
        for (Rtp packet : packets) {
            for (byte octet : packet.payload()) {
                loudest = Math.max(loudest, Math.abs(G711.MU_LAW.linear(octet)));
            }
        }
        return loudest;
    }
}
