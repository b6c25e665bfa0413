package sotto.proxy.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the sandbox keeps of a card: how it is to behave, and its last four.
 *
 * @param lastFour 0 to 9999
 */
record CardNumber(MagicCard magic, int lastFour) {
    private static final List<byte[]> NUMBER_KEYS = keys("\"cardnumber\"", "card[number]", "card%5Bnumber%5D");
    private static final List<byte[]> CODE_KEYS = keys("\"cvv\"", "card[cvc]", "card%5Bcvc%5D");
    private static final String BETWEEN = " \t\r\n:=\"";

    /**
     * Reads the card number in a JSON or form body and overwrites it, and the security code, with zeros: the body may
     * be parsed as text after that.
     *
     * @return empty where there is none, or it is not valid by ISO/IEC 7812-1 annex B (Luhn)
     */
    static Optional<CardNumber> takeFrom(byte[] body, int length) {
        for (byte[] key : CODE_KEYS) {
            int start = valueOf(key, body, length);
            overwrite(body, start, endOfDigits(body, start, length));
        }
        for (byte[] key : NUMBER_KEYS) {
            int start = valueOf(key, body, length);
            int end = endOfDigits(body, start, length);
            if (end > start) {
                Optional<CardNumber> card = read(body, start, end);
                overwrite(body, start, end);
                return card;
            }
        }
        return Optional.empty();
    }

    private static Optional<CardNumber> read(byte[] body, int start, int end) {
        if (end - start < 12 || end - start > 19) {
            return Optional.empty();
        }
        long number = 0;
        int sum = 0;
        for (int i = start; i < end; i++) {
            int digit = body[i] - '0';
            number = number * 10 + digit;
            int doubled = (end - i) % 2 == 0 ? digit * 2 : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        if (sum % 10 != 0) {
            return Optional.empty();
        }
        return Optional.of(new CardNumber(MagicCard.of(number), (int) Math.floorMod(number, 10_000L)));
    }

    private static int valueOf(byte[] key, byte[] body, int length) {
        for (int i = 0; i + key.length <= length; i++) {
            if (Arrays.equals(body, i, i + key.length, key, 0, key.length)) {
                int at = i + key.length;
                while (at < length && BETWEEN.indexOf(body[at]) >= 0) {
                    at++;
                }
                return at;
            }
        }
        return length;
    }

    private static int endOfDigits(byte[] body, int start, int length) {
        int end = start;
        while (end < length && body[end] >= '0' && body[end] <= '9') {
            end++;
        }
        return end;
    }

    private static void overwrite(byte[] body, int start, int end) {
        Arrays.fill(body, start, end, (byte) '0');
    }

    private static List<byte[]> keys(String... keys) {
        return Arrays.stream(keys)
                .map(key -> key.getBytes(StandardCharsets.US_ASCII))
                .toList();
    }
}
