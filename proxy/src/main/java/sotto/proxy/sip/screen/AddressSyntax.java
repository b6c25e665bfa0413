package sotto.proxy.sip.screen;

/**
 * What the stack's parser lets pass in a field of addresses, and RFC 3261 does not. Stateless.
 *
 * <pre>
 *  From: "a &lt;sip:a@b&gt;;tag=1          no closing quote
 *  From: a, b &lt;sip:a@b&gt;;tag=1       comma in a name without quotes  (§25.1 display-name)
 *  To: &lt; sip:a@b &gt;                  space within the brackets       (§25.1 name-addr)
 *  Contact: sip:a@b?Route=x         ? outside of brackets           (§20)
 * </pre>
 */
final class AddressSyntax {
    private AddressSyntax() {}

    /** Entries of a list, at least one; commas in quotes or brackets do not count. */
    static int entries(byte[] octets, int from, int to) {
        int entries = 1;
        boolean quoted = false;
        boolean bracketed = false;
        for (int i = from; i < to; i++) {
            switch (octets[i]) {
                case '\\' -> i += quoted ? 1 : 0;
                case '"' -> quoted ^= !bracketed;
                case '<' -> bracketed |= !quoted;
                case '>' -> bracketed &= quoted;
                case ',' -> entries += quoted || bracketed ? 0 : 1;
                default -> {}
            }
        }
        return entries;
    }

    /** @param single whether there may be one address only */
    static boolean isSound(byte[] octets, int from, int to, boolean single) {
        boolean quoted = false;
        boolean bracketed = false;
        for (int i = from; i < to; i++) {
            byte octet = octets[i];
            if (quoted) {
                i += octet == '\\' ? 1 : 0; // quoted-pair
                quoted = octet != '"';
            } else if (bracketed) {
                if (octet == '<' || octet == '"' || octet == ' ' || octet == '\t') {
                    return false;
                }
                bracketed = octet != '>';
            } else {
                if (octet == '?' || octet == '>' || (octet == ',' && single)) {
                    return false;
                }
                quoted = octet == '"';
                bracketed = octet == '<';
            }
        }
        return !quoted && !bracketed;
    }
}
