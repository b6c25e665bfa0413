package sotto.proxy.cdr;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One entry of the journal: a letter, then JSON in UTF-8.
 *
 * <pre>
 *  letter  written                                 the database then
 *  S       when the program starts                 closes what is open: its process died, {@code endedBy} is crash
 *  A       when a call is answered                 keeps it as open
 *  H       every 10 s while a call is up           notes the time: a crashed call lasted at least until then
 *  E       when a call is over                     inserts its record, unless it has it; the call is not open any more
 *  P       when a payment ends after its call      replaces the payments of the record
 * </pre>
 */
record Entry(Kind kind, String json) {
    enum Kind {
        STARTED('S'),
        ANSWERED('A'),
        ALIVE('H'),
        ENDED('E'),
        PAID('P');

        private final byte letter;

        Kind(char letter) {
            this.letter = (byte) letter;
        }
    }

    byte[] octets() {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        byte[] octets = new byte[1 + text.length];
        octets[0] = kind.letter;
        System.arraycopy(text, 0, octets, 1, text.length);
        return octets;
    }

    /** Empty where it is not one of ours. */
    static Optional<Entry> parse(byte[] octets) {
        for (Kind kind : Kind.values()) {
            if (octets.length > 1 && octets[0] == kind.letter) {
                return Optional.of(new Entry(kind, new String(octets, 1, octets.length - 1, StandardCharsets.UTF_8)));
            }
        }
        return Optional.empty();
    }
}
