package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.media.codec.AudioFormat;
import sotto.media.dtmf.MaskTally;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.worker.LegPlan;

/** Secure-pay through the façade: keys come in order to their reader, and not one event packet to the agent. */
final class MaskOverSocketsTest {
    private static final int CALLER_SSRC = 5;
    private static final Duration LONG = Duration.ofSeconds(2);

    private final MediaPlane plane = Bench.plane();
    private final Peer caller;
    private final Peer agent;
    private final CallMedia call;
    private int sequence = 65_400;
    private int timestamp = -4_000;
    private int judged;

    MaskOverSocketsTest() throws IOException, NoFreePorts {
        caller = new Peer();
        agent = new Peer();
        call = plane.open("secure");
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
    void capturesKeysAndLetsSpeechThrough() throws Exception {
        speak(10);
        key(9); // before secure-pay: goes through
        List<Rtp> before = heard();
        assertThat(before).anyMatch(packet -> packet.payloadType() == Rtp.EVENT);

        Instant askedAt = Instant.now();
        Masking masked;
        try (Masking masking = call.mask()) {
            assertThat(call.masked()).isTrue();
            assertThat(masking.sinks()).containsExactly("agent-leg");
            int[] keys = {4, 0, 0, 10, 11, 15};
            for (int key : keys) {
                key(key);
                speak(10);
            }
            for (int key : keys) {
                assertThat(masking.nextKey(LONG)).isEqualTo(key);
            }
            assertThat(masking.nextKey(Duration.ofMillis(10))).isEqualTo(Masking.NO_KEY);
            assertThat(masking.report().end()).isEqualTo(MaskTally.End.NONE);
            masked = masking;
        }
        List<Rtp> during = heard();
        assertThat(during).noneMatch(packet -> packet.payloadType() == Rtp.EVENT);
        assertThat(during).hasSizeGreaterThan(40); // of 60: silence where keys were, speech between
        runsOn(before.getLast(), during);

        speakUntilHeard();
        MaskReport report = masked.report();
        assertThat(report.presses()).isEqualTo(Map.of("telephone-event", 6L, "in-band", 0L, "sip-info", 0L));
        assertThat(report.taken()).isEqualTo(6);
        assertThat(report.packetsForwarded()).isZero();
        assertThat(report.end()).isEqualTo(MaskTally.End.SPEECH);
        assertThat(report.requestedAt()).isBetween(askedAt, Instant.now());
        assertThat(report.onAt()).isAfter(report.requestedAt());
        assertThat(report.speechAt().orElseThrow())
                .isBetween(report.onAt(), Instant.now().plusMillis(50));
        key(7);
        assertThat(heard()).anyMatch(packet -> packet.payloadType() == Rtp.EVENT);
        Until.holds("counted", () -> plane.counters().telephoneEvents() == 8);
        assertThat(call.report(Side.CALLER).orElseThrow().keyPresses()).isEqualTo(8);
    }

    private static void runsOn(Rtp last, List<Rtp> next) {
        int expected = last.sequence();
        for (Rtp packet : next) {
            expected = (expected + 1) & 0xFFFF;
            assertThat(packet.sequence()).isEqualTo(expected); // what is withheld is no loss
            assertThat(packet.ssrc()).isEqualTo(last.ssrc());
        }
    }

    /** A gateway that sends keys under a number of its own, whatever was agreed on. */
    @Test
    void capturesKeysUnderATypeThatNobodyNamed() throws Exception {
        speak(10);
        heard();
        try (Masking masking = call.mask()) {
            key(97, 6);
            assertThat(masking.nextKey(LONG)).isEqualTo(6);
            speak(10);
            assertThat(masking.nextKey(Duration.ofMillis(10))).isEqualTo(Masking.NO_KEY);
        }
        List<Rtp> during = heard();
        assertThat(during).allMatch(packet -> packet.payloadType() == Rtp.PCMU);
        assertThat(during).isNotEmpty();
    }

    /** The same key by SIP INFO and as telephone-event, then another by INFO alone. */
    @Test
    void capturesKeysThatSignallingTellsOf() throws Exception {
        speak(10);
        call.press(1, 160); // before secure-pay
        try (Masking masking = call.mask()) {
            key(2);
            assertThat(masking.nextKey(LONG)).isEqualTo(2);
            call.press(2, 160);
            call.press(3, 160);
            assertThat(masking.nextKey(LONG)).isEqualTo(3);
            assertThat(masking.nextKey(Duration.ofMillis(10))).isEqualTo(Masking.NO_KEY);
            Until.holds("counted", () -> plane.counters().infoKeys() == 2);
            assertThat(call.report(Side.CALLER).orElseThrow().keyPresses()).isEqualTo(3);
            call.close();
            call.press(4, 160);
            assertThat(masking.nextKey(LONG)).isEqualTo(Masking.END_OF_KEYS);
        }
        assertThat(plane.counters().infoKeys()).isEqualTo(2);
    }

    @Test
    void agentIsHeardAllTheTime() throws Exception {
        try (Masking masking = call.mask()) {
            agent.send(call.port(Side.AGENT), Rtp.audio(3, 9));
            assertThat(Rtp.read(caller.receive()).payload())
                    .isEqualTo(Rtp.read(Rtp.audio(3, 9)).payload());
            assertThat(masking.sinks()).isNotEmpty();
        }
    }

    @Test
    void stopsAtNothingOverAReInvite() throws Exception {
        try (Masking masking = call.mask()) {
            call.connect(Side.CALLER, Bench.plain(caller.address()));
            call.connect(Side.AGENT, Bench.plain(agent.address()));
            speak(5);
            key(3);
            assertThat(masking.nextKey(LONG)).isEqualTo(3);
            assertThat(heard()).noneMatch(packet -> packet.payloadType() == Rtp.EVENT);
        }
    }

    @Test
    void isRefusedWhileOn() throws Exception {
        Masking first = call.mask();
        assertThatThrownBy(call::mask).isInstanceOf(MaskRefused.class).hasMessageContaining("on already");
        assertThat(call.masked()).isTrue();
        key(1);
        assertThat(first.nextKey(LONG)).isEqualTo(1); // the first is not disturbed
        first.close();
        first.close();
        try (Masking second = call.mask()) {
            speak(5);
            key(2);
            assertThat(second.nextKey(LONG)).isEqualTo(2);
        }
    }

    @Test
    void endsWithTheCallAndKeepsNoKey() throws Exception {
        try (Masking masking = call.mask()) {
            key(5);
            call.close();
            Until.holds("the call is over", () -> plane.counters().portPairsInUse() == 0);
            assertThat(masking.nextKey(LONG)).isEqualTo(Masking.END_OF_KEYS);
            assertThat(masking.awaitSpeech(Duration.ZERO)).isTrue();
            assertThat(masking.report().end()).isEqualTo(MaskTally.End.CALL_OVER);
            assertThat(masking.report().taken()).isEqualTo(1);
            assertThatThrownBy(call::mask).isInstanceOf(MaskRefused.class).hasMessageContaining("ended");
        }
    }

    @Test
    void mutesACodecThatItCannotRead() throws Exception {
        call.connect(Side.CALLER, opaque(caller));
        call.connect(Side.AGENT, opaque(agent));
        speak(1);
        assertThat(heard()).hasSize(1);
        try (Masking masking = call.mask()) {
            speak(10);
            assertThat(heard()).isEmpty();
            assertThat(plane.counters().packets(Verdict.CODEC_MUTED)).isEqualTo(10);
            assertThat(masking.nextKey(Duration.ZERO)).isEqualTo(Masking.NO_KEY);
        }
    }

    @Test
    void theTapAcknowledgesToo(@TempDir Path directory) throws Exception {
        MediaPlane taped = MediaPlane.start(Bench.settings(16, Optional.of(directory)));
        CallMedia other = taped.open("taped");
        other.connect(Side.CALLER, Bench.plain(caller.address()));
        other.connect(Side.AGENT, Bench.plain(agent.address()));
        caller.send(other.port(Side.CALLER), Rtp.audio(1, CALLER_SSRC));
        agent.receive();
        try (Masking masking = other.mask()) {
            assertThat(masking.sinks()).containsExactly("agent-leg", "tap");
            List<MaskReport.Sink> sinks = masking.report().sinks();
            assertThat(sinks.get(1).after()).isGreaterThan(sinks.get(0).after());
            assertThat(masking.report().onAt())
                    .isEqualTo(masking.report().requestedAt().plus(sinks.get(1).after()));
        }
        taped.close(); // completes the files
        assertThat(directory.resolve("taped-caller.wav")).isNotEmptyFile();
    }

    private static LegPlan opaque(Peer peer) {
        return new LegPlan(
                peer.address(),
                peer.address(),
                AudioFormat.OPAQUE,
                Rtp.PCMU,
                OptionalInt.of(Rtp.EVENT),
                Optional.empty(),
                Optional.empty(),
                true);
    }

    private void speak(int packets) throws IOException {
        for (int i = 0; i < packets; i++) {
            byte[] audio = Rtp.read(Rtp.audio(sequence, CALLER_SSRC)).payload();
            send(Rtp.octets(Rtp.PCMU, sequence++, timestamp, CALLER_SSRC, audio));
            timestamp += 160;
        }
    }

    private void speakUntilHeard() throws IOException {
        for (int packets = 0; call.masked(); packets++) {
            assertThat(packets).isLessThan(100_000);
            speak(1);
        }
    }

    /** Three reports and the end three times, as RFC 4733 §2.5.1.4 wants it. */
    private void key(int key) throws IOException {
        key(Rtp.EVENT, key);
    }

    private void key(int type, int key) throws IOException {
        for (int report = 1; report <= 6; report++) {
            int end = report > 3 ? 0x80 : 0;
            byte[] event = ByteBuffer.allocate(4)
                    .put((byte) key)
                    .put((byte) (end | 10))
                    .putShort((short) (160 * Math.min(report, 4)))
                    .array();
            send(Rtp.octets(type, sequence++, timestamp, CALLER_SSRC, event));
        }
        timestamp += 640;
    }

    private void send(byte[] packet) throws IOException {
        caller.send(call.port(Side.CALLER), packet);
        judged++;
        Until.holds("judged", () -> call.report(Side.CALLER).orElseThrow().received() >= judged);
    }

    private List<Rtp> heard() throws IOException {
        List<Rtp> packets = new ArrayList<>();
        for (Optional<byte[]> next = agent.receive(100); next.isPresent(); next = agent.receive(100)) {
            packets.add(Rtp.read(next.get()));
        }
        return packets;
    }
}
