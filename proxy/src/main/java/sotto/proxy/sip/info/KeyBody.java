package sotto.proxy.sip.info;

import java.util.Arrays;
import java.util.Set;

/**
 * Reads the key press in the body of an INFO, octet by octet: it is never text. What it is read from is wiped. No RFC has
 * these bodies; this is what phones and gateways send. Stateless.
 *
 * <pre>
 *  type                     body                          press
 *  application/dtmf-relay   Signal=5, Duration=160        5, for 160 ms; a line each, names in any case
 *  application/dtmf-relay   Signal = #                    hash, for 250 ms; spaces, other lines, a bare LF do no harm
 *  application/dtmf         5                             5, for 250 ms; with a line's end or without
 *  either                   *, #, A to D; or 10 to 15     star, hash, A to D (RFC 4733 §3.2)
 *  either                   none, two, 16, text, empty    {@link #NO_KEY}
 * </pre>
 */
public final class KeyBody {
    /** Content types of these bodies. */
    public static final Set<String> TYPES = Set.of("application/dtmf", "application/dtmf-relay");

    /** There is no key press in it, or it cannot be read. */
    public static final int NO_KEY = -1;

    private static final int USUAL_MS = 250; // where the body does not say
    private static final int LONGEST_MS = 5000; // what is longer counts as that
    private static final int MOST_BYTES = 256;

    private static final int KEY_BITS = 4;
    private static final int KEYS = 1 << KEY_BITS;
    private static final byte[] SIGNAL = {'s', 'i', 'g', 'n', 'a', 'l'};
    private static final byte[] DURATION = {'d', 'u', 'r', 'a', 't', 'i', 'o', 'n'};

    private KeyBody() {}

    /**
     * Reads one press.
     *
     * @param type one of {@link #TYPES}
     * @param body wiped when this returns, whatever was in it
     * @return for {@link #key} and {@link #durationMs}, or {@link #NO_KEY}
     */
    public static int press(String type, byte[] body) {
        try {
            if (body.length > MOST_BYTES) {
                return NO_KEY;
            }
            return type.equals("application/dtmf") ? press(signal(body, 0, body.length), USUAL_MS) : relayed(body);
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    /** 0 to 9, 10 star, 11 hash, 12 to 15 A to D (RFC 4733 §3.2). */
    public static int key(int press) {
        return press & (KEYS - 1);
    }

    /** How long it was pressed, 0 to 5,000 milliseconds. */
    public static int durationMs(int press) {
        return press >>> KEY_BITS;
    }

    private static int press(int key, int durationMs) {
        return key == NO_KEY ? NO_KEY : (durationMs << KEY_BITS) | key;
    }

    private static int relayed(byte[] body) {
        int key = NO_KEY;
        int durationMs = USUAL_MS;
        for (int from = 0; from < body.length; ) {
            int until = from;
            int equals = -1;
            for (; until < body.length && body[until] != '\r' && body[until] != '\n'; until++) {
                equals = equals < 0 && body[until] == '=' ? until : equals;
            }
            if (equals >= 0 && isName(body, from, equals, SIGNAL)) {
                int named = signal(body, equals + 1, until);
                if (named == NO_KEY || key != NO_KEY) {
                    return NO_KEY; // of two, which?
                }
                key = named;
            } else if (equals >= 0 && isName(body, from, equals, DURATION)) {
                durationMs = milliseconds(body, equals + 1, until);
                if (durationMs < 0) {
                    return NO_KEY;
                }
            }
            from = until + 1;
        }
        return press(key, durationMs);
    }

    private static boolean isName(byte[] body, int from, int until, byte[] name) {
        int first = first(body, from, until);
        if (last(body, first, until) - first != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if ((body[first + i] | 0x20) != name[i]) { // 0x20 is what makes a letter small
                return false;
            }
        }
        return true;
    }

    private static int signal(byte[] body, int from, int until) {
        int first = first(body, from, until);
        int length = last(body, first, until) - first;
        if (length == 2 && body[first] == '1' && body[first + 1] >= '0' && body[first + 1] <= '5') {
            return 10 + body[first + 1] - '0';
        }
        return length == 1 ? signal(body[first]) : NO_KEY;
    }

    private static int signal(byte octet) {
        if (octet >= '0' && octet <= '9') {
            return octet - '0';
        }
        int small = octet | 0x20;
        if (small >= 'a' && small <= 'd') {
            return 12 + small - 'a';
        }
        return switch (octet) {
            case '*' -> 10;
            case '#' -> 11;
            default -> NO_KEY;
        };
    }

    private static int milliseconds(byte[] body, int from, int until) {
        int first = first(body, from, until);
        int last = last(body, first, until);
        int value = first == last ? -1 : 0;
        for (int i = first; i < last; i++) {
            if (body[i] < '0' || body[i] > '9') {
                return -1;
            }
            value = Math.min(10 * value + body[i] - '0', LONGEST_MS);
        }
        return value;
    }

    private static int first(byte[] body, int from, int until) {
        int first = from;
        while (first < until && isSpace(body[first])) {
            first++;
        }
        return first;
    }

    private static int last(byte[] body, int from, int until) {
        int last = until;
        while (last > from && isSpace(body[last - 1])) {
            last--;
        }
        return last;
    }

    private static boolean isSpace(byte octet) {
        return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
    }
}
