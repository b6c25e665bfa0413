package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpSuite;
import sotto.media.worker.LegReport;

/**
 * A call between plain RTP and SRTP whose packets get lost, doubled, late, cut, swollen and forged, beside calls that must
 * not notice. What arrives is what was sent: each payload once, in its place, and nothing else; and each harm is counted
 * under its verdict, exactly. The seed is in the name of the run.
 */
@Timeout(60)
final class ChaosTest {
    private static final int ROUNDS = 60;
    private static final int STEPS = 12; // a round's packets fit any socket buffer
    private static final SrtpSuite SUITE = SrtpSuite.AES_CM_128_HMAC_SHA1_80;

    private final MediaPlane plane = Bench.plane();
    private final List<AutoCloseable> open = new ArrayList<>(List.of(plane));
    private final List<CallMedia> calls = new ArrayList<>();
    private final Peer stranger = peer();
    private final Map<Verdict, Long> expected = new EnumMap<>(Verdict.class);
    private SplittableRandom random = new SplittableRandom(0);

    ChaosTest() throws IOException {}

    /** What happens to a packet, or beside it. */
    private enum Harm {
        NONE,
        LOST,
        TWICE,
        LATE,
        CUT,
        TOO_LONG,
        OTHER_SSRC,
        OTHER_TYPE,
        FORGED,
        OF_ANOTHER_CALL,
        NOISE
    }

    static LongStream seeds() {
        return LongStream.of(1, 2, System.nanoTime());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private Peer peer() throws IOException {
        Peer peer = new Peer();
        open.add(peer);
        return peer;
    }

    private SrtpEnd end(int seed) {
        SrtpEnd end = new SrtpEnd(SUITE, seed, seed + 1);
        open.add(end);
        return end;
    }

    /** One direction of a call. */
    private final class Line {
        final Peer from;
        final Peer to;
        final int port;
        final @Nullable SrtpEnd sealed; // at the sender
        final @Nullable SrtpEnd opened; // at the receiver
        final int ssrc = random.nextInt();
        final int first = random.nextInt(1 << 16);
        final List<Integer> due = new ArrayList<>();
        int index;
        int delivered;
        int highest;
        int beginIndex; // not 0 where one of its packets was stolen before

        @Nullable
        Rtp begin;

        Line(Peer from, int port, @Nullable SrtpEnd sealed, Peer to, @Nullable SrtpEnd opened) {
            this.from = from;
            this.to = to;
            this.port = port;
            this.sealed = sealed;
            this.opened = opened;
        }

        boolean isSrtp() {
            return sealed != null;
        }

        byte[] payload(int of) {
            byte[] payload = new byte[160];
            new SplittableRandom(((long) ssrc << 32) + of).nextBytes(payload); // of no other packet in the world
            return payload;
        }

        byte[] packet(int of) {
            byte[] plain = Rtp.octets(Rtp.PCMU, first + of, 160 * of, ssrc, payload(of));
            return sealed == null ? plain : sealed.seal(plain);
        }

        void deliver(int of, byte[] packet) throws IOException {
            from.send(port, packet);
            due.add(of);
            delivered++;
            highest = Math.max(highest, of);
            count(Verdict.NEXT);
        }

        /** All that is due comes, in the order in which it was sent, and nothing between. */
        void collect() throws IOException {
            for (int of : due) {
                byte[] came = to.receive();
                while (Rtp.isReport(came)) {
                    came = to.receive();
                }
                Rtp heard = Rtp.read(opened == null ? came : opened.open(came));
                beginIndex = begin == null ? of : beginIndex;
                Rtp start = begin == null ? heard : begin;
                begin = start;
                int further = of - beginIndex;
                assertThat(heard.payload()).as("packet %d", of).isEqualTo(payload(of));
                assertThat(heard.ssrc()).isEqualTo(start.ssrc()).isNotEqualTo(ssrc);
                assertThat(heard.sequence()).as("packet %d", of).isEqualTo((start.sequence() + further) & 0xFFFF);
                assertThat(heard.timestamp() - start.timestamp()).isEqualTo(160 * further);
            }
            due.clear();
        }
    }

    private void count(Verdict verdict) {
        expected.merge(verdict, 1L, Long::sum);
    }

    /** Caller plain, agent SRTP. */
    private List<Line> call(String name, int seed) throws Exception {
        Peer caller = peer();
        Peer agent = peer();
        CallMedia call = plane.open(name);
        call.connect(Side.CALLER, Bench.plain(caller.address()));
        call.connect(Side.AGENT, Bench.srtp(agent.address(), SUITE, seed, seed + 1));
        SrtpEnd phone = end(seed);
        calls.add(call);
        return List.of(
                new Line(caller, call.port(Side.CALLER), null, agent, phone),
                new Line(agent, call.port(Side.AGENT), phone, caller, null));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatArrivesIsWhatWasSent(long seed) throws Exception {
        random = new SplittableRandom(seed);
        List<Line> harmed = call("harmed", 1);
        List<Line> beside = new ArrayList<>(call("beside-1", 11));
        beside.addAll(call("beside-2", 21));
        for (int round = 0; round < ROUNDS; round++) {
            for (Line line : harmed) {
                harm(line, round == 0, beside.get(line.isSrtp() ? 1 : 0));
            }
            for (Line line : beside) {
                for (int i = 0; i < 3; i++) {
                    int of = line.index++;
                    line.deliver(of, line.packet(of));
                }
            }
            for (Line line : beside) {
                line.collect();
            }
            for (Line line : harmed) {
                line.collect();
            }
        }
        Until.holds("all is counted", () -> expected.entrySet().stream()
                .allMatch(row -> plane.counters().packets(row.getKey()) >= row.getValue()));
        for (Verdict verdict : Verdict.values()) {
            if (verdict != Verdict.SEND_REFUSED) { // nobody listens where our reports go
                assertThat(plane.counters().packets(verdict))
                        .as("%s with seed %d", verdict, seed)
                        .isEqualTo(expected.getOrDefault(verdict, 0L));
            }
        }
        reports(harmed.getFirst(), calls.getFirst().report(Side.CALLER));
        reports(harmed.getLast(), calls.getFirst().report(Side.AGENT));
        reports(beside.getFirst(), calls.get(1).report(Side.CALLER));
        assertThat(stranger.receive(20)).isEmpty();
        assertThat(plane.faults()).isZero();
    }

    private static void reports(Line line, Optional<LegReport> report) {
        assertThat(report.orElseThrow().received()).isEqualTo(line.delivered);
        assertThat(report.orElseThrow().lost()).isEqualTo(line.highest - line.beginIndex + 1 - line.delivered);
        assertThat(report.orElseThrow().latched()).contains(line.from.address());
    }

    private void harm(Line line, boolean first, Line other) throws IOException {
        Map<Integer, byte[]> late = new LinkedHashMap<>();
        Harm[] harms = Harm.values();
        for (int step = 0; step < STEPS; step++) {
            int of = line.index++;
            byte[] packet = line.packet(of);
            Harm harm = first && step == 0 ? Harm.NONE : harms[random.nextInt(harms.length)];
            switch (harm) {
                case LOST -> {}
                case LATE -> late.put(of, packet);
                case CUT -> cut(line, packet);
                case TWICE -> {
                    line.deliver(of, packet);
                    line.from.send(line.port, packet);
                    count(line.isSrtp() ? Verdict.SRTP_REPLAYED : Verdict.RTP_DUPLICATE);
                }
                default -> {
                    line.deliver(of, packet);
                    beside(line, harm, packet, other);
                }
            }
        }
        for (Map.Entry<Integer, byte[]> each : late.entrySet()) {
            line.deliver(each.getKey(), each.getValue());
        }
    }

    private void cut(Line line, byte[] packet) throws IOException {
        int octets = line.isSrtp() ? random.nextInt(60, packet.length) : random.nextInt(2, 12);
        line.from.send(line.port, Arrays.copyOf(packet, octets));
        count(line.isSrtp() ? Verdict.SRTP_BAD_TAG : Verdict.RTP_MALFORMED);
    }

    /** What is no packet of the call; of plain RTP, only the address says so. */
    private void beside(Line line, Harm harm, byte[] packet, Line other) throws IOException {
        byte[] wrong = packet.clone();
        ByteBuffer fields = ByteBuffer.wrap(wrong);
        Verdict unauthentic = line.isSrtp() ? Verdict.SRTP_BAD_TAG : Verdict.SOURCE_STRANGER;
        switch (harm) {
            case TOO_LONG -> {
                line.from.send(line.port, Arrays.copyOf(packet, random.nextInt(2_048, 4_000)));
                count(Verdict.RTP_MALFORMED);
            }
            case OTHER_TYPE -> {
                wrong[1] = (byte) (77 + random.nextInt(10));
                line.from.send(line.port, wrong);
                count(Verdict.RTP_UNKNOWN_PAYLOAD_TYPE);
            }
            case NOISE -> {
                random.nextBytes(wrong);
                wrong[0] = new byte[] {0, 0x16, 0x40, (byte) 0xC0}[random.nextInt(4)];
                line.from.send(line.port, wrong);
                count(Verdict.NOT_RTP);
            }
            case OTHER_SSRC -> {
                fields.putInt(8, line.ssrc + 1 + random.nextInt(1 << 30));
                (line.isSrtp() ? line.from : stranger).send(line.port, wrong);
                count(unauthentic);
            }
            case FORGED -> { // the next in line; of SRTP by the peer's address too: what two sockets hold has no order
                fields.putShort(2, (short) (fields.getShort(2) + 1));
                wrong[12 + random.nextInt(wrong.length - 12)] ^= (byte) (1 << random.nextInt(8));
                (line.isSrtp() ? line.from : stranger).send(line.port, wrong);
                count(unauthentic);
            }
            case OF_ANOTHER_CALL -> {
                other.from.send(line.port, other.packet(other.index++));
                count(unauthentic);
            }
            default -> {}
        }
    }
}
