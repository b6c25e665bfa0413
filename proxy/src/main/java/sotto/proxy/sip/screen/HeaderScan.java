package sotto.proxy.sip.screen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One pass over start line and header fields, before the stack's parser sees them; made and read on one receiving thread.
 *
 * <pre>
 *  octets                                          becomes
 *  CR LF before the start line                     passed over (RFC 3261 §7.5)
 *  CR LF SP, a folded field                        SP SP SP, in place (§7.3.1)
 *  CR without LF, a line without a colon           SYNTAX
 *  NUL                                             SYNTAX; in a quoted pair SUB, in place: the parser takes NUL for an end
 *  no empty line                                   FRAMING
 *  a field twice that may come once                SYNTAX (§7.3.1); Content-Length FRAMING
 *  Content-Length not a number, or past the end    FRAMING
 *  more entries, or a longer field, than {@link SipLimits} allow        SYNTAX, URI_TOO_LONG
 *  more lines or octets                            TOO_LARGE
 * </pre>
 *
 * <p>The first defect is kept; the pass goes on, so that a reply can be made of what is sound.
 */
final class HeaderScan {
    private static final byte SUBSTITUTE = 0x1A;

    /** Fields that we act on, or that a reply is made of. */
    enum Field {
        VIA("via", 'v', SipLimits.MAX_VIAS),
        FROM("from", 'f', 1),
        TO("to", 't', 1),
        CALL_ID("call-id", 'i', 1),
        CSEQ("cseq", '-', 1),
        MAX_FORWARDS("max-forwards", '-', 1),
        CONTENT_LENGTH("content-length", 'l', 1),
        CONTENT_TYPE("content-type", 'c', 1),
        CONTACT("contact", 'm', SipLimits.MAX_CONTACTS),
        USER_AGENT("user-agent", '-', Integer.MAX_VALUE),
        ROUTE("route", '-', SipLimits.MAX_ROUTES),
        RECORD_ROUTE("record-route", '-', SipLimits.MAX_ROUTES);

        private static final Field[] ALL = values();

        private final String longName;
        private final char compact;
        private final int most;

        Field(String longName, char compact, int most) {
            this.longName = longName;
            this.compact = compact;
            this.most = most;
        }

        private boolean isNamed(byte[] octets, int from, int to) {
            if (to - from == 1) {
                return (octets[from] | 0x20) == compact;
            }
            if (to - from != longName.length()) {
                return false;
            }
            for (int i = from; i < to; i++) {
                byte octet = octets[i];
                int lower = octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
                if (lower != longName.charAt(i - from)) {
                    return false;
                }
            }
            return true;
        }

        private boolean isAddress() {
            return this == FROM || this == TO || this == CONTACT || this == ROUTE || this == RECORD_ROUTE;
        }
    }

    private record Value(Field field, int from, int to) {}

    private final byte[] octets;
    private final Map<Field, Integer> entries = new EnumMap<>(Field.class);
    private final List<Value> values = new ArrayList<>(12);
    private @Nullable Defect defect;
    private @Nullable StartLine start;
    private int lines;
    private int contentLength = -1;
    private int bodyFrom = -1;

    /** @param octets a whole message, or the head of one in a stream; changed in place */
    HeaderScan(byte[] octets) {
        this.octets = octets;
        int at = 0;
        while (at < octets.length && (octets[at] == '\r' || octets[at] == '\n')) {
            at++;
        }
        scan(at);
        if (bodyFrom < 0) {
            found(Defect.FRAMING);
        } else if (bodyFrom - at > SipLimits.MAX_HEADER_BYTES) {
            found(Defect.TOO_LARGE);
        }
    }

    private void scan(int first) {
        int at = first;
        while (at < octets.length && bodyFrom < 0) {
            int feed = unfolded(at);
            if (feed == octets.length || lines > SipLimits.MAX_HEADER_LINES) {
                found(lines > SipLimits.MAX_HEADER_LINES ? Defect.TOO_LARGE : Defect.FRAMING);
                return;
            }
            int end = feed > at && octets[feed - 1] == '\r' ? feed - 1 : feed;
            if (end == at) {
                bodyFrom = feed + 1;
            } else {
                checkOctets(at, end);
                if (start == null) {
                    start = StartLine.read(octets, at, end);
                    start.defect().ifPresent(this::found);
                } else {
                    field(at, end);
                }
            }
            at = feed + 1;
        }
    }

    /** Where the line feed of this field is, once its folded lines are one; the length where there is none. */
    private int unfolded(int from) {
        int at = from;
        while (at < octets.length) {
            if (octets[at] == '\n') {
                lines++;
                boolean isEmpty = at == from || (at == from + 1 && octets[from] == '\r');
                if (isEmpty || start == null || at + 1 == octets.length || !isBlank(octets[at + 1])) {
                    return at;
                }
                octets[at] = ' ';
                if (octets[at - 1] == '\r') {
                    octets[at - 1] = ' ';
                }
            }
            at++;
        }
        return at;
    }

    private void checkOctets(int from, int to) {
        for (int i = from; i < to; i++) {
            if (octets[i] == 0 && i > from && octets[i - 1] == '\\') {
                octets[i] = SUBSTITUTE; // RFC 3261 §25.1 quoted-pair
            } else if (octets[i] == 0 || octets[i] == '\r') {
                found(Defect.SYNTAX);
            }
        }
    }

    private void field(int from, int to) {
        int colon = from;
        while (colon < to && octets[colon] != ':') {
            colon++;
        }
        int nameEnd = trimEnd(from, colon);
        if (colon == to || nameEnd == from || !Tokens.isToken(octets, from, nameEnd)) {
            found(Defect.SYNTAX);
            return;
        }
        if (to - from > SipLimits.MAX_FIELD_BYTES) {
            found(Defect.SYNTAX);
            return;
        }
        for (Field field : Field.ALL) {
            if (field.isNamed(octets, from, nameEnd)) {
                int start = colon + 1;
                while (start < to && isBlank(octets[start])) {
                    start++;
                }
                take(new Value(field, start, trimEnd(start, to)));
                return;
            }
        }
    }

    private void take(Value value) {
        Field field = value.field;
        int more = field.most == 1 ? 1 : AddressSyntax.entries(octets, value.from, value.to);
        int count = entries.merge(field, more, Integer::sum);
        if (count > field.most) {
            found(field == Field.CONTENT_LENGTH ? Defect.FRAMING : Defect.SYNTAX);
            return;
        }
        values.add(value);
        if (field == Field.CONTENT_LENGTH) {
            contentLength = Tokens.number(octets, value.from, value.to);
            if (contentLength < 0) {
                found(Defect.FRAMING);
            }
        } else if (field == Field.VIA) {
            checkVia(value, count == more);
        } else if (field.isAddress()
                && !AddressSyntax.isSound(octets, value.from, value.to, field == Field.FROM || field == Field.TO)) {
            found(Defect.SYNTAX);
        }
    }

    /** No comment, which RFC 3261 has no more: the parser runs out of memory on some. No branch of the cookie alone. */
    private void checkVia(Value via, boolean topmost) {
        for (int i = via.from; i < via.to; i++) {
            if (octets[i] == '(') {
                found(Defect.SYNTAX);
            }
        }
        if (topmost && ViaLine.hasBareCookie(text(via))) {
            found(Defect.SYNTAX); // RFC 3261 §8.1.1.7: it names no transaction
        }
    }

    private int trimEnd(int from, int to) {
        int end = to;
        while (end > from && isBlank(octets[end - 1])) {
            end--;
        }
        return end;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    private void found(Defect next) {
        if (defect == null || (next.endsStream() && !defect.endsStream())) {
            defect = next;
        }
    }

    @Nullable
    Defect defect() {
        return defect;
    }

    boolean isRequest() {
        return start != null && start.isRequest();
    }

    /** As the start line has it; empty where that cannot be read. */
    String method() {
        return start == null ? "" : start.method();
    }

    /** -1 where there is none, or none that can be read. */
    int contentLength() {
        return contentLength;
    }

    boolean hasBodyType() {
        return entries.containsKey(Field.CONTENT_TYPE);
    }

    /** Offset of what comes after the empty line; -1 where there is none. */
    int bodyFrom() {
        return bodyFrom;
    }

    /** The value of the first such field, unfolded. */
    Optional<String> first(Field field) {
        return values.stream().filter(v -> v.field == field).findFirst().map(this::text);
    }

    /** The values of all such fields, in order, unfolded. */
    List<String> all(Field field) {
        return values.stream().filter(v -> v.field == field).map(this::text).toList();
    }

    private String text(Value value) {
        return new String(octets, value.from, value.to - value.from, ISO_8859_1);
    }

    @Override
    public String toString() {
        return "HeaderScan[" + lines + " lines, " + String.valueOf(defect).toLowerCase(Locale.ROOT) + "]";
    }
}
