package sotto.proxy.sdp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of a body, in place: no text is made of it before someone asks, so that a key line never becomes text.
 *
 * @param number from 1, for the peer's engineer
 * @param type the letter before the equals sign
 * @param body the whole body, not copied
 * @param from first octet of the value
 * @param to after the last octet of the value
 */
@SuppressWarnings("ArrayRecordComponent") // a view; never compared
record SdpLine(int number, char type, byte[] body, int from, int to) {
    static final int MOST_BYTES = 12_288;
    static final int MOST_LINES = 400;
    static final int MOST_LINE_BYTES = 1000;

    /** Cuts a body into lines. A line ends with CRLF, or with LF alone (RFC 8866 §5). */
    static List<SdpLine> cut(byte[] body) throws SdpRefused {
        if (body.length == 0 || body.length > MOST_BYTES) {
            throw new SdpRefused(
                    SdpRefused.Reason.MALFORMED,
                    "SDP of " + body.length + " octets; 1 to " + MOST_BYTES + " are taken");
        }
        List<SdpLine> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= body.length; i++) {
            if (i < body.length && body[i] != '\n') {
                continue;
            }
            int end = i > start && body[i - 1] == '\r' ? i - 1 : i;
            if (i < body.length || end > start) { // the last line may lack its end
                lines.add(line(lines.size() + 1, body, start, end));
            }
            start = i + 1;
        }
        return lines;
    }

    private static SdpLine line(int number, byte[] body, int from, int to) throws SdpRefused {
        if (number > MOST_LINES || to - from > MOST_LINE_BYTES) {
            throw malformed(number, "more than " + MOST_LINES + " lines, or a line of more than " + MOST_LINE_BYTES);
        }
        if (to - from < 2 || body[from] < 'a' || body[from] > 'z' || body[from + 1] != '=') {
            throw malformed(number, "is not a lower-case letter, an equals sign and a value (RFC 8866 §5)");
        }
        for (int i = from; i < to; i++) {
            if (body[i] >= 0 && body[i] < ' ' && body[i] != '\t') {
                throw malformed(number, "has a control character");
            }
        }
        return new SdpLine(number, (char) body[from], body, from + 2, to);
    }

    /** The value as text; never asked of a key line. */
    String text() {
        return new String(body, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** True for an attribute line of this name, with or without a value. */
    boolean isAttribute(String name) {
        return type == 'a'
                && to - from >= name.length()
                && matches(from, name)
                && (to - from == name.length() || body[from + name.length()] == ':');
    }

    /** The part of an attribute after its name and colon; empty where it has none. */
    String attributeValue(String name) {
        int start = Math.min(to, from + name.length() + 1);
        return new String(body, start, to - start, StandardCharsets.ISO_8859_1);
    }

    /** True where these octets, which are within the line, are at this place. */
    boolean matches(int at, String ascii) {
        if (at + ascii.length() > to) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (body[at + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    SdpRefused malformed(String what) {
        return malformed(number, what);
    }

    private static SdpRefused malformed(int number, String what) {
        return new SdpRefused(SdpRefused.Reason.MALFORMED, "SDP line " + number + " " + what);
    }

    @Override
    public String toString() {
        return "SdpLine[" + number + " " + type + "=]"; // the value may be a key
    }
}
