package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.codec.AudioFormat;
import sotto.media.codec.G711;

/**
 * Presses at random, each told by some of all carriers, with the delays of gateways, and with packets lost and sent again: the
 * keys that come out are the presses, in their order.
 *
 * <p>What no receiver could know is left out: presses of one key less than 1.5 s apart have one carrier that tells of them all,
 * and a press begins when the one before has been told.
 */
final class EveryCarrierTest {
    private static final int PRESSES = 150;
    private static final int PACKET_MS = 20;
    private static final int TICKS_A_MS = 8;
    private static final int NEAR_MS = 1500;
    private static final int HEARD_MS = 80; // by then a tone is told
    private static final int AUDIO_ZERO = Integer.MAX_VALUE - 400_000; // wraps in the test
    private static final int OWN_ZERO = 1_000_000_000;
    private static final int OPAQUE_TYPE = 111;

    private enum Way {
        TONE,
        EVENT,
        /** As EVENT, with the end of the press before in each packet (RFC 2198). */
        REDUNDANT,
        STRAY,
        INFO;

        Way carrier() {
            return this == REDUNDANT ? EVENT : this; // one stream of events
        }
    }

    enum Info {
        /** Sent as the key goes down, with a length that is always the same. */
        DOWN,
        /** Sent as it comes up, with its length. */
        UP,
        /** Sent as it comes up, with a length that is always the same. */
        UP_FIXED
    }

    /** A clock of telephone-events and the payload type that they have. */
    private record Events(int type, int clockHz, int zero) {
        int ticks(int ms) {
            return zero + (int) ((long) ms * clockHz / 1000);
        }
    }

    private record Press(int key, int onMs, int offMs) {}

    private record Due(int atMs, Runnable send) {}

    private record Report(int key, boolean end, int timestamp, int durationTicks) {
        int word() {
            return key << 24 | (end ? 0x8A : 0x0A) << 16 | durationTicks;
        }
    }

    private final Mask mask = new Mask();
    private final KeyRing keys = new KeyRing();
    private final Stream stream = new Stream(43);
    private final List<Due> due = new ArrayList<>();
    private final List<Press> pressed = new ArrayList<>();
    private final List<Integer> heard = new ArrayList<>();
    private final Map<Integer, Way> steady = new HashMap<>(); // by key
    private final Map<Integer, Integer> lastOffMs = new HashMap<>();
    private Report lastEnd = new Report(0, true, 0, 0);
    private Random random = new Random();
    private int nowMs;

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # seed, codec,  events, on the audio's clock, stray events, on the audio's clock, INFO
            1,      PCMU,   8000,   true,                 8000,         true,                 DOWN
            2,      PCMA,   8000,   true,                 8000,         false,                UP
            3,      PCMU,   8000,   false,                8000,         false,                UP_FIXED
            4,      PCMA,   8000,   true,                 48000,        false,                UP
            5,      PCMU,   8000,   false,                48000,        false,                DOWN
            6,      PCMA,   8000,   false,                16000,        false,                UP_FIXED
            7,      OPAQUE, 48000,  false,                8000,         false,                UP
            8,      OPAQUE, 48000,  false,                48000,        false,                DOWN
            9,      OPAQUE, 16000,  false,                48000,        false,                UP_FIXED
            """)
    @SuppressWarnings("checkstyle:ParameterNumber") // a row of the table
    void eachPressIsToldOnceInItsOrder(
            long seed,
            AudioFormat codec,
            int clockHz,
            boolean onAudioClock,
            int strayClockHz,
            boolean strayOnAudioClock,
            Info info)
            throws InterruptedException {
        random = new Random(seed);
        int type = codec == AudioFormat.OPAQUE ? OPAQUE_TYPE : Stream.AUDIO;
        mask.settle(codec, type, OptionalInt.of(Stream.EVENT), clockHz);
        mask.arm(keys);
        Events events = new Events(Stream.EVENT, clockHz, onAudioClock ? AUDIO_ZERO : OWN_ZERO);
        Events stray = new Events(97, strayClockHz, strayOnAudioClock ? AUDIO_ZERO : -OWN_ZERO);
        double[] line = presses(codec, events, stray, info);
        due.sort(Comparator.comparingInt(Due::atMs));
        int next = 0;
        for (nowMs = 1; nowMs * TICKS_A_MS < line.length; nowMs++) {
            if (nowMs % PACKET_MS == 0 && codec != AudioFormat.OPAQUE) {
                audio(line, G711.of(codec));
            }
            for (; next < due.size() && due.get(next).atMs <= nowMs; next++) {
                due.get(next).send.run();
            }
            for (int key = keys.next(Duration.ZERO); key >= 0; key = keys.next(Duration.ZERO)) {
                heard.add(key);
            }
        }
        assertThat(heard).isEqualTo(pressed.stream().map(Press::key).toList());
    }

    private double[] presses(AudioFormat codec, Events events, Events stray, Info info) {
        List<Press> tones = new ArrayList<>();
        int freeMs = 500;
        int key = 0;
        for (int i = 0; i < PRESSES; i++) {
            key = chance(40) ? key : random.nextInt(16);
            int onMs = freeMs + random.nextInt(chance(70) ? 300 : 2500);
            int offMs = onMs + (chance(85) ? random.nextInt(60, 300) : random.nextInt(300, 3000));
            Press press = new Press(key, onMs, offMs);
            boolean near = onMs - lastOffMs.getOrDefault(key, -NEAR_MS) < NEAR_MS;
            Set<Way> ways = ways(codec, near ? steady.get(key) : null);
            if (!near) {
                steady.put(
                        key,
                        ways.stream()
                                .skip(random.nextInt(ways.size()))
                                .findFirst()
                                .orElseThrow()
                                .carrier());
            }
            lastOffMs.put(key, offMs);
            pressed.add(press);
            int toldMs = Integer.MAX_VALUE;
            for (Way way : ways) {
                int atMs =
                        switch (way) {
                            case TONE -> {
                                tones.add(press);
                                yield onMs + HEARD_MS;
                            }
                            case EVENT, REDUNDANT -> events(press, events, way == Way.REDUNDANT);
                            case STRAY -> events(press, stray, false);
                            case INFO -> info(press, info);
                        };
                toldMs = near && way.carrier() != steady.get(key) ? toldMs : Math.min(toldMs, atMs);
            }
            freeMs = Math.max(offMs + 50, toldMs + 200);
        }
        double[] line = new double[(freeMs + 4000) * TICKS_A_MS];
        for (Press press : tones) {
            new Tones.Press(press.key, -12, 1, 0, 0)
                    .addTo(line, press.onMs * TICKS_A_MS, (press.offMs - press.onMs) * TICKS_A_MS, random);
        }
        return line;
    }

    private Set<Way> ways(AudioFormat codec, @Nullable Way needed) {
        Set<Way> ways = EnumSet.noneOf(Way.class);
        while (ways.stream().noneMatch(way -> needed == null || way.carrier() == needed)) {
            ways.clear();
            for (Way way : Way.values()) {
                if (chance(40) && (way != Way.TONE || codec != AudioFormat.OPAQUE)) {
                    ways.add(way);
                }
            }
            if (ways.contains(Way.REDUNDANT)) {
                ways.remove(Way.EVENT);
            }
        }
        return ways;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** Reports of one press, of which some arrive; when the first does. */
    private int events(Press press, Events of, boolean redundant) {
        int skewMs = random.nextInt(100);
        int everyMs = chance(50) ? 20 : 50;
        int lengthMs = press.offMs - press.onMs;
        int ends = random.nextInt(1, 6);
        int reports = (lengthMs - 1) / everyMs;
        int lostBefore = chance(30) ? random.nextInt(Math.min(reports, 400 / everyMs) + 1) : 0;
        boolean endsLost = chance(20) && lostBefore < reports;
        boolean marks = chance(80);
        Report before = lastEnd;
        int firstMs = Integer.MAX_VALUE;
        for (int i = lostBefore; i < reports + (endsLost ? 0 : ends); i++) {
            int sinceMs = Math.min((i + 1) * everyMs, lengthMs);
            Report report = report(press, of, press.onMs + skewMs, sinceMs, i >= reports);
            boolean marker = marks && i == 0;
            int atMs = press.onMs + skewMs + sinceMs + random.nextInt(8);
            due.add(new Due(atMs, () -> send(of.type, marker, report, redundant ? before : null)));
            firstMs = Math.min(firstMs, atMs);
            lastEnd = of.type == Stream.EVENT ? report(press, of, press.onMs + skewMs, lengthMs, true) : lastEnd;
        }
        return firstMs;
    }

    /** RFC 4733 §2.5.1.3: in segments, where it is too long for the duration of one. */
    private static Report report(Press press, Events of, int beganMs, int sinceMs, boolean end) {
        int ticks = (int) ((long) sinceMs * of.clockHz / 1000);
        int segment = (ticks - 1) / 0xFFFF;
        return new Report(press.key, end, of.ticks(beganMs) + segment * 0xFFFF, ticks - segment * 0xFFFF);
    }

    private void send(int type, boolean marker, Report report, @Nullable Report before) {
        ByteBuffer payload = ByteBuffer.allocate(16);
        int packetType = type;
        if (before != null) {
            packetType = 102;
            int offset = report.timestamp - before.timestamp;
            boolean reaches = offset > 0 && offset < 1 << 14;
            if (reaches) {
                payload.putInt((0x80 | type) << 24 | offset << 10 | Integer.BYTES);
            }
            payload.put((byte) type);
            if (reaches) {
                payload.putInt(before.word());
            }
        }
        payload.putInt(report.word());
        byte[] octets = Arrays.copyOf(payload.array(), payload.position());
        mask.process(stream.packet(packetType, marker, report.timestamp, octets), ns());
    }

    private int info(Press press, Info info) {
        int lengthMs = press.offMs - press.onMs;
        int atMs = info == Info.DOWN ? press.onMs + random.nextInt(5, 60) : press.offMs + random.nextInt(400);
        int saysMs =
                switch (info) {
                    case DOWN -> 250;
                    case UP -> lengthMs;
                    case UP_FIXED -> 160;
                };
        due.add(new Due(atMs, () -> mask.press(press.key, saysMs, ns())));
        return atMs;
    }

    private void audio(double[] line, G711 law) {
        int from = (nowMs - PACKET_MS) * TICKS_A_MS;
        byte[] octets = new byte[PACKET_MS * TICKS_A_MS];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = law.octet((int) line[from + i]);
        }
        mask.process(stream.packet(Stream.AUDIO, false, AUDIO_ZERO + from, octets), ns());
    }

    private long ns() {
        return nowMs * 1_000_000L;
    }
}
