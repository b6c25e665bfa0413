package sotto.proxy.sip.screen;

/** Small pieces of RFC 3261 §25.1, read in place. Stateless. */
final class Tokens {
    private static final int MOST_DIGITS = 9;

    private Tokens() {}

    static boolean isToken(byte[] octets, int from, int to) {
        for (int i = from; i < to; i++) {
            byte octet = octets[i];
            boolean alphanumeric =
                    (octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
            if (!alphanumeric && (octet <= 0 || "-.!%*_+`'~".indexOf(octet) < 0)) {
                return false;
            }
        }
        return to > from;
    }

    /** A number of at most nine digits; -1 for anything else. */
    static int number(byte[] octets, int from, int to) {
        if (to == from || to - from > MOST_DIGITS) {
            return -1;
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            if (octets[i] < '0' || octets[i] > '9') {
                return -1;
            }
            number = 10 * number + octets[i] - '0';
        }
        return number;
    }
}
