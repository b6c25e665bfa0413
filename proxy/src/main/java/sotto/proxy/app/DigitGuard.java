package sotto.proxy.app;

import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * The last line of defence of the log: whatever could be a card number, or an SRTP key on its SDP line, is taken out.
 * Nothing of ours logs such a thing; this is for what others put into a message. Thread-safe.
 *
 * <pre>
 *  in the text                      taken out, because
 *  4242424242424242                 13 to 19 digits whose check digit is right (ISO/IEC 7812-1, annex B)
 *  4242-4242 4242 4242              the same with gaps
 *  [4, 2, 4, 2, 4, 2, 4, 2, …]      the same, as an array is printed
 *  4242424242424242 1230 123        some 13 to 19 of the digits in a row: what is around them goes too
 *  a=crypto:1 … inline:WVNfX19…     key material (RFC 4568 §6.1)
 *  2026-11-25T03:41:31.123Z         left: T, colon and point end a row
 * </pre>
 */
final class DigitGuard {
    static final String DIGITS = "[digits suppressed]";
    static final String KEY = "inline:[key suppressed]";
    private static final int SHORTEST = 13;
    private static final int LONGEST = 19;
    private static final int WIDEST_GAP = 3;
    private static final Pattern INLINE = Pattern.compile("(?i)inline:(?!\\[key)[^\\s\"']+");
    private static final AtomicLong SUPPRESSED = new AtomicLong();

    private DigitGuard() {}

    /** How often something was taken out, over the life of the process. */
    static long suppressed() {
        return SUPPRESSED.get();
    }

    /** The text without what must not be in it; the same text where there is nothing. */
    static String clean(String text) {
        return withoutCards(withoutKeys(text));
    }

    private static String withoutKeys(String text) {
        if (text.indexOf(':') < 0) {
            return text; // nearly every value
        }
        return INLINE.matcher(text).replaceAll(key -> {
            SUPPRESSED.incrementAndGet();
            return java.util.regex.Matcher.quoteReplacement(KEY);
        });
    }

    private static String withoutCards(String text) {
        StringBuilder clean = null;
        int copied = 0;
        int at = 0;
        while (at < text.length()) {
            if (!isDigit(text.charAt(at))) {
                at++;
                continue;
            }
            int end = endOfRow(text, at);
            if (hasCard(text, at, end)) {
                clean = clean == null ? new StringBuilder(text.length()) : clean;
                clean.append(text, copied, at).append(DIGITS);
                copied = end;
                SUPPRESSED.incrementAndGet();
            }
            at = end;
        }
        return clean == null ? text : clean.append(text, copied, text.length()).toString();
    }

    /** After the last digit of a row of digits with no more than small gaps. */
    private static int endOfRow(String text, int start) {
        int end = start + 1;
        int gap = 0;
        for (int i = start + 1; i < text.length() && gap <= WIDEST_GAP; i++) {
            char c = text.charAt(i);
            if (isDigit(c)) {
                end = i + 1;
                gap = 0;
            } else if (isGap(c)) {
                gap++;
            } else {
                break;
            }
        }
        return end;
    }

    private static boolean hasCard(String text, int start, int end) {
        if (end - start < SHORTEST) {
            return false;
        }
        int[] digits = new int[end - start];
        int count = 0;
        for (int i = start; i < end; i++) {
            int digit = Character.digit(text.charAt(i), 10);
            if (digit >= 0) {
                digits[count++] = digit;
            }
        }
        for (int first = 0; first + SHORTEST <= count; first++) {
            for (int length = SHORTEST; length <= LONGEST && first + length <= count; length++) {
                if (isCheckDigitRight(digits, first, length)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Luhn: from the right, every second digit doubled, its digits summed. A row of zeros is no card. */
    private static boolean isCheckDigitRight(int[] digits, int first, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            int digit = digits[first + length - 1 - i];
            int weighted = i % 2 == 0 ? digit : 2 * digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return sum > 0 && sum % 10 == 0;
    }

    private static boolean isDigit(char c) {
        return Character.digit(c, 10) >= 0; // of any script
    }

    private static boolean isGap(char c) {
        return c == '-' || c == ',' || Character.isWhitespace(c) || Character.isSpaceChar(c);
    }
}
