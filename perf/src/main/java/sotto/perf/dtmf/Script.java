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
    private static final int LOOK_SAMPLES = 6 * RATE / 5; // for whoever looks, and begins the number anew
    private static final int SEAL_PACKETS = 2; // at a round's end

    private final G711 law;
    private final byte[] octets;
    private final List<Round> rounds;
    private final boolean[] lost; // by packet

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
    }

    private Script(G711 law, byte[] octets, List<Round> rounds, boolean[] lost) {
        this.law = law;
        this.octets = octets;
        this.rounds = rounds;
        this.lost = lost;
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
        noise(random, line, 0, MARK_SAMPLES);
        boolean[] lost = new boolean[line.length / PACKET];
        int spoken = 0;
        for (Round round : rounds) {
            background(random, line, round);
            round.presses.forEach(press -> tone(random, line, press, round.condition.tone()));
            if (round.condition.line().isSpeech()) {
                speak(line, round, speech, spoken);
                spoken += round.until - round.from;
            }
            noise(random, line, round.next - SEAL_PACKETS * PACKET, round.next);
            for (int packet = round.from / PACKET; packet < round.next / PACKET - SEAL_PACKETS; packet++) {
                lost[packet] = random.nextDouble() < round.condition.line().lossShare();
            }
        }
        return new Script(law, encode(law, line), List.copyOf(rounds), lost);
    }

    /** Speech, and no key in it. */
    public static Script of(long seed, G711 law, short[] speech) {
        double[] line = new double[MARK_SAMPLES + speech.length / PACKET * PACKET];
        noise(new Random(seed), line, 0, MARK_SAMPLES);
        for (int i = MARK_SAMPLES; i < line.length; i++) {
            line[i] = speech[i - MARK_SAMPLES];
        }
        return new Script(law, encode(law, line), List.of(), new boolean[line.length / PACKET]);
    }

    private static Round round(Random random, Condition condition, int from) {
        int[] digits = cardNumber(random);
        List<Press> presses = new ArrayList<>();
        int at = from + LEAD_SAMPLES + random.nextInt(PACKET); // tones know nothing of packets
        for (int digit : digits) {
            int until = at + condition.tone().onMs() * RATE / 1000;
            presses.add(new Press(digit, at, until));
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

    private static void noise(Random random, double[] line, int from, int until) {
        double deviation = Math.sqrt(Level.power(MARK_DBM0));
        for (int i = from; i < until; i++) {
            line[i] = deviation * random.nextGaussian();
        }
    }

    private static void speak(double[] line, Round round, short[] speech, int from) {
        double energy = 1;
        for (short sample : speech) {
            energy += sample * sample;
        }
        double gain = Math.sqrt(Level.power(round.condition.line().speechDbm0()) * speech.length / energy);
        for (int i = 0; i < round.until - round.from && from + i < speech.length; i++) {
            line[round.from + i] += gain * speech[from + i];
        }
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

    private static int sign(Random random) {
        return random.nextBoolean() ? 1 : -1;
    }

    private static byte[] encode(G711 law, double[] line) {
        byte[] octets = new byte[line.length / PACKET * PACKET];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = law.encode(Math.clamp(Math.round(line[i]), Short.MIN_VALUE, Short.MAX_VALUE));
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

    /** The packet is never sent. */
    public boolean isLost(int index) {
        return index < lost.length && lost[index];
    }

    /** Packets that are sent. */
    public int sent() {
        int sent = 0;
        for (boolean one : lost) {
            sent += one ? 0 : 1;
        }
        return sent;
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
