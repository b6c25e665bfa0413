package sotto.proxy.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes seeds, the same way for the same number. One thread. */
public final class Mutator {
    private static final int MOST_CHANGES = 4;
    private static final int MOST_BYTES = 20_000;
    private static final byte[] INTERESTING =
            "0123456789\r\n\t \0\\\"<>()[]{}:;,=?@%/.-+*\u007f\u00ff".getBytes(ISO_8859_1);
    private static final List<String> TEXTS = List.of(
            "\r\n",
            "\r\n ",
            "\r\n\r\n",
            "4294967296",
            "-1",
            "99999999999999999999",
            "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK\r\n",
            "Content-Length: 70000\r\n",
            ";tag=",
            "%00",
            "\\\"",
            "[2001:db8:::1]",
            "((((((((",
            ",,,,");

    private final List<byte[]> seeds;
    private final Random random;

    /** @param number the same gives the same inputs */
    public Mutator(List<byte[]> seeds, long number) {
        this.seeds = List.copyOf(seeds);
        this.random = new Random(number);
    }

    public byte[] next() {
        byte[] message = seeds.get(random.nextInt(seeds.size())).clone();
        for (int changes = 1 + random.nextInt(MOST_CHANGES); changes > 0 && message.length > 0; changes--) {
            message = changed(message);
        }
        return message.length > MOST_BYTES ? Arrays.copyOf(message, MOST_BYTES) : message;
    }

    private byte[] changed(byte[] message) {
        int at = random.nextInt(message.length);
        int length = random.nextInt(Math.min(60, message.length - at) + 1);
        return switch (random.nextInt(8)) {
            case 0 -> with(message, at, (byte) (message[at] ^ (1 << random.nextInt(8))));
            case 1 -> with(message, at, INTERESTING[random.nextInt(INTERESTING.length)]);
            case 2 -> joined(message, at, new byte[0], at + length); // a stretch goes
            case 3 ->
                joined(message, at + length, Arrays.copyOfRange(message, at, at + length), at + length); // comes twice
            case 4 ->
                joined(message, at, TEXTS.get(random.nextInt(TEXTS.size())).getBytes(ISO_8859_1), at);
            case 5 -> Arrays.copyOf(message, at); // the rest is lost
            case 6 -> repeated(message, at);
            default -> spliced(message, at);
        };
    }

    private static byte[] with(byte[] message, int at, byte octet) {
        message[at] = octet;
        return message;
    }

    private byte[] repeated(byte[] message, int at) {
        byte[] run = new byte[random.nextInt(10) == 0 ? 5000 : 100];
        Arrays.fill(run, message[at]);
        return joined(message, at, run, at);
    }

    /** The head of this one, the tail of another. */
    private byte[] spliced(byte[] message, int at) {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        return joined(
                message, at, Arrays.copyOfRange(other, random.nextInt(other.length), other.length), message.length);
    }

    private static byte[] joined(byte[] message, int headTo, byte[] middle, int tailFrom) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(message, 0, headTo);
        joined.writeBytes(middle);
        joined.write(message, tailFrom, message.length - tailFrom);
        return joined.toByteArray();
    }
}
