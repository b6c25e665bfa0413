package sotto.perf.dtmf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import sotto.proxy.demo.G711;

/**
 * What one caller's line carries: noise to know the line by, then rounds of a card number each, with a pause behind it in
 * which whoever watches can look how many keys were taken. The same seed gives the same script. Immutable once made.
 */
public final class Script {
    /** Samples of a packet. */
    public static final int PACKET = 160;
    /** Samples a second. */
    public static final int RATE = 8000;
    /** Digits of a card number. */
    public static final int DIGITS = 16;

    private static final double[] ROWS = {697, 770, 852, 941};
    private static final double[] COLUMNS = {1209, 1336, 1477};
    private static final String PAD = "123456789*0#";
    private static final int MARK_SAMPLES = 2 * RATE; // half of it before the mask is on
    private static final double MARK_DBM0 = -30;
    private static final int LEAD_SAMPLES = RATE / 5;
    /** Somebody speaks for so long before his first key that no key before it makes it likely. */
    private static final int SPOKEN_LEAD_SAMPLES = 33 * RATE / 10;

    private static final int LOOK_SAMPLES = 6 * RATE / 5; // for whoever looks, and begins the number anew
    private static final int SEAL_PACKETS = 2; // at a round's end
    private static final double ECHO_GAIN = 0.1; // -20 dB
    private static final int MOST_ECHO_SAMPLES = RATE / 5;
    private static final double ECHO_NOISE_DBM0 = -72; // G.711 makes no more than -66 of it

    private final G711 law;
    private final byte[] octets;
    private final List<Round> rounds;

    /**
     * One card number. Its last packets are noise, by which it is seen whether a recording lies beside the script there.
     *
     * @param from its first sample
     * @param until sample behind its last tone
     * @param next sample at which another may begin
     */
    public record Round(Condition condition, List<Press> presses, int from, int until, int next) {
        /** The last four digits, as a number. */
        public int lastFour() {
            int last = 0;
            for (Press press : presses.subList(DIGITS - 4, DIGITS)) {
                last = 10 * last + press.digit();
            }
            return last;
        }

        private Round later(int samples) {
            List<Press> shifted = presses.stream()
                    .map(press -> new Press(press.digit(), press.from() + samples, press.until() + samples))
                    .toList();
            return new Round(condition, shifted, from, until + samples, next);
        }
    }

    private Script(G711 law, byte[] octets, List<Round> rounds) {
        this.law = law;
        this.octets = octets;
        this.rounds = rounds;
    }

    /** A number under each of the conditions, none of which has speech in it. */
    public static Script of(long seed, G711 law, List<Condition> conditions) {
        return of(seed, law, conditions, new short[0]);
    }

    /** The same; the speech goes on from one of the conditions that have it to the next, and may end before they do. */
    public static Script of(long seed, G711 law, List<Condition> conditions, short[] speech) {
        Random random = new Random(seed);
        List<Round> rounds = new ArrayList<>();
        int at = MARK_SAMPLES;
        for (Condition condition : conditions) {
            Round round = round(random, condition, at);
            rounds.add(round);
            at = round.next;
        }
        double[] line = new double[at + RATE / 2];
        noise(random, line, 0, MARK_SAMPLES, MARK_DBM0);
        int spoken = 0;
        for (Round round : rounds) {
            background(random, line, round);
            if (round.condition.way().carriers().sounds()) {
                round.presses.forEach(press -> tone(random, line, press, round.condition.tone()));
            }
            if (round.condition.line().isSpeech()) {
                spoken += speak(line, round, speech, spoken);
            }
            if (round.condition.way().isTandem()) {
                G711 other =
                        law == G711.PCMU ? G711.PCMA : G711.PCMU; // from this law and back changes little (G.711 §4)
                pass(other, line, round);
                pass(law, line, round);
                pass(other, line, round);
            }
            seal(random, line, round);
        }
        return new Script(law, encode(law, line), List.copyOf(rounds));
    }

    /** Speech, and no key in it. */
    public static Script of(long seed, G711 law, short[] speech) {
        double[] line = new double[MARK_SAMPLES + speech.length / PACKET * PACKET];
        noise(new Random(seed), line, 0, MARK_SAMPLES, MARK_DBM0);
        for (int i = MARK_SAMPLES; i < line.length; i++) {
            line[i] = speech[i - MARK_SAMPLES];
        }
        return new Script(law, encode(law, line), List.of());
    }

    /**
     * What comes back of it at the other end: 20 dB softer and up to 200 ms later, not before a packet that is held up has
     * come; beside a soft noise of its own, and a loud one by which it is known, where the script has that.
     */
    public Script echo(long seed) {
        Random random = new Random(seed);
        int later = random.nextInt(MOST_ECHO_SAMPLES + 1);
        double[] line = new double[octets.length];
        noise(random, line, 0, line.length, ECHO_NOISE_DBM0);
        List<Round> heard = new ArrayList<>();
        if (rounds.isEmpty()) {
            add(line, MARK_SAMPLES, octets.length - later, later);
        }
        for (Round round : rounds) {
            int stall = round.condition.way().stallShare() > 0 ? Condition.Way.LONGEST_STALL_PACKETS * PACKET : 0;
            heard.add(round.later(Math.max(later, stall)));
            add(line, round.from, round.next, Math.max(later, stall));
        }
        rounds.forEach(round -> seal(random, line, round));
        noise(random, line, 0, MARK_SAMPLES, MARK_DBM0);
        return new Script(law, encode(law, line), List.copyOf(heard));
    }

    private void add(double[] line, int from, int until, int later) {
        for (int i = from; i < until; i++) {
            line[i + later] += ECHO_GAIN * law.decode(octets[i]);
        }
    }

    private static Round round(Random random, Condition condition, int from) {
        int[] digits = cardNumber(random);
        List<Press> presses = new ArrayList<>();
        int lead = condition.line().isSpeech() ? SPOKEN_LEAD_SAMPLES : LEAD_SAMPLES;
        int at = from + lead + random.nextInt(PACKET); // tones know nothing of packets
        int held = condition.tone().heldMs() > 0 ? random.nextInt(DIGITS) : -1;
        for (int i = 0; i < DIGITS; i++) {
            int until = at
                    + (i == held ? condition.tone().heldMs() : condition.tone().onMs()) * RATE / 1000;
            presses.add(new Press(digits[i], at, until));
            at = until + condition.tone().pauseMs() * RATE / 1000;
        }
        int until = presses.getLast().until();
        int next = (until + LOOK_SAMPLES + PACKET - 1) / PACKET * PACKET;
        return new Round(condition, List.copyOf(presses), from, until, next);
    }

    /** Begins with 4, and its last digit is right (ISO/IEC 7812-1 annex B). */
    private static int[] cardNumber(Random random) {
        int[] digits = new int[DIGITS];
        digits[0] = 4;
        int sum = 0;
        for (int i = 0; i < DIGITS - 1; i++) {
            digits[i] = i == 0 ? 4 : random.nextInt(10);
            int weighed = i % 2 == 0 ? 2 * digits[i] : digits[i];
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        digits[DIGITS - 1] = (10 - sum % 10) % 10;
        return digits;
    }

    private static void noise(Random random, double[] line, int from, int until, double dbm0) {
        double deviation = Math.sqrt(Level.power(dbm0));
        for (int i = from; i < until; i++) {
            line[i] = deviation * random.nextGaussian();
        }
    }

    private static void seal(Random random, double[] line, Round round) {
        noise(random, line, round.next - SEAL_PACKETS * PACKET, round.next, MARK_DBM0);
    }

    /** Returns how much it took of the speech, from there on. */
    private static int speak(double[] line, Round round, short[] speech, int from) {
        double energy = 1;
        for (short sample : speech) {
            energy += sample * sample;
        }
        double gain = Math.sqrt(Level.power(round.condition.line().speechDbm0()) * speech.length / energy);
        int first = round.from + LEAD_SAMPLES; // not so near to the noise before it that a doubt reaches back there
        for (int i = 0; first + i < round.until && from + i < speech.length; i++) {
            line[first + i] += gain * speech[from + i];
        }
        return round.until - first;
    }

    private static void background(Random random, double[] line, Round round) {
        Condition.Line condition = round.condition.line();
        double noise = Math.sqrt(Level.power(condition.noiseDbm0()));
        double dial = Level.amplitude(condition.dialDbm0());
        for (int i = round.from; i < round.next; i++) {
            line[i] += condition.dc()
                    + noise * random.nextGaussian()
                    + dial * (Math.sin(2 * Math.PI * 350 * i / RATE) + Math.sin(2 * Math.PI * 440 * i / RATE));
        }
    }

    private static void tone(Random random, double[] line, Press press, Condition.Tone condition) {
        double row = rowHertz(press.digit()) * (1 + sign(random) * condition.off());
        double column = columnHertz(press.digit()) * (1 + sign(random) * condition.off());
        double rowPhase = 2 * Math.PI * random.nextDouble();
        double columnPhase = 2 * Math.PI * random.nextDouble();
        double low = Level.amplitude(condition.lowDbm0());
        double high = Level.amplitude(condition.highDbm0());
        for (int i = press.from(); i < press.until(); i++) {
            double seconds = (double) (i - press.from()) / RATE;
            line[i] += low * Math.sin(2 * Math.PI * row * seconds + rowPhase)
                    + high * Math.sin(2 * Math.PI * column * seconds + columnPhase);
        }
    }

    /** ITU-T Q.23. */
    static double rowHertz(int digit) {
        return ROWS[PAD.indexOf('0' + digit) / COLUMNS.length];
    }

    /** ITU-T Q.23. */
    static double columnHertz(int digit) {
        return COLUMNS[PAD.indexOf('0' + digit) % COLUMNS.length];
    }

    /** A piece of the way is in that law. */
    private static void pass(G711 by, double[] line, Round round) {
        for (int i = round.from; i < round.next; i++) {
            line[i] = by.decode(by.encode(pcm(line[i])));
        }
    }

    private static int pcm(double sample) {
        return Math.clamp(Math.round(sample), Short.MIN_VALUE, Short.MAX_VALUE);
    }

    private static int sign(Random random) {
        return random.nextBoolean() ? 1 : -1;
    }

    private static byte[] encode(G711 law, double[] line) {
        byte[] octets = new byte[line.length / PACKET * PACKET];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = law.encode(pcm(line[i]));
        }
        return octets;
    }

    /** Law that it is encoded by. */
    public G711 law() {
        return law;
    }

    /** Samples that it has. */
    public int samples() {
        return octets.length;
    }

    /** Packets that it makes. */
    public int packets() {
        return octets.length / PACKET;
    }

    /** Payload of a packet; silence behind the last one. */
    public byte[] packet(int index) {
        if (index < packets()) {
            return Arrays.copyOfRange(octets, index * PACKET, (index + 1) * PACKET);
        }
        byte[] silence = new byte[PACKET];
        Arrays.fill(silence, law.encode(0));
        return silence;
    }

    /** How a packet comes: as the number does that it is of; those by which its end is known come as they are. */
    Condition.Way way(int packet) {
        for (Round round : rounds) {
            if (packet >= round.from / PACKET && packet < round.next / PACKET - SEAL_PACKETS) {
                return round.condition.way();
            }
        }
        return Condition.Way.PLAIN;
    }

    /** Whether a recording has a round's last packets where the script has them. */
    public boolean isBeside(Round round, short[] heard) {
        for (int i = round.next - SEAL_PACKETS * PACKET; i < round.next; i++) {
            if (heard[i] != law.decode(octets[i])) {
                return false;
            }
        }
        return true;
    }

    /** Packets at its beginning by which the line is known. */
    public int marks() {
        return MARK_SAMPLES / PACKET;
    }

    /** All of it, as a receiver decodes it. */
    public short[] decoded() {
        short[] samples = new short[octets.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = law.decode(octets[i]);
        }
        return samples;
    }

    public List<Round> rounds() {
        return rounds;
    }
}
