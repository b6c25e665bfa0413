package sotto.proxy.demo;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One SIP message as text (RFC 3261 §7): read with tolerance, written plainly. Immutable, once built. Shares nothing
 * with the program's own SIP stack, so that what speaks it is an independent peer.
 */
public final class SipMessage {
    /** A header line; the name in its long form. */
    public record Header(String name, String value) {}

    private static final String VERSION = "SIP/2.0";
    private static final Map<String, String> LONG_NAMES = Map.of( // RFC 3261 §7.3.3
            "v", "Via",
            "f", "From",
            "t", "To",
            "i", "Call-ID",
            "m", "Contact",
            "c", "Content-Type",
            "l", "Content-Length",
            "k", "Supported",
            "s", "Subject");

    private final String startLine;
    private final List<Header> headers;
    private final byte[] body;

    private SipMessage(String startLine, List<Header> headers, byte[] body) {
        this.startLine = startLine;
        this.headers = List.copyOf(headers);
        this.body = body;
    }

    /**
     * Reads one datagram.
     *
     * @return empty for keep-alives and for what is not SIP
     */
    public static Optional<SipMessage> parse(byte[] datagram, int lengthBytes) {
        String text = new String(datagram, 0, lengthBytes, StandardCharsets.ISO_8859_1); // one char an octet
        int end = text.indexOf("\r\n\r\n");
        int bodyAt = end + 4;
        if (end < 0) {
            end = text.indexOf("\n\n");
            bodyAt = end + 2;
        }
        if (end < 0) {
            end = lengthBytes;
            bodyAt = lengthBytes;
        }
        String head = text.substring(0, end).replaceAll("\r?\n[ \t]+", " "); // §7.3.1: folded lines
        String[] lines = head.split("\r?\n", -1);
        if (!lines[0].startsWith(VERSION + " ") && !lines[0].endsWith(" " + VERSION)) {
            return Optional.empty();
        }
        List<Header> headers = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                String name = lines[i].substring(0, colon).strip();
                headers.add(new Header(
                        LONG_NAMES.getOrDefault(name.toLowerCase(Locale.ROOT), name),
                        lines[i].substring(colon + 1).strip()));
            }
        }
        byte[] body = text.substring(Math.min(bodyAt, lengthBytes)).getBytes(StandardCharsets.ISO_8859_1);
        return Optional.of(new SipMessage(lines[0], headers, body));
    }

    /** Begins a request. */
    public static Builder request(String method, String uri) {
        return new Builder(method + " " + uri + " " + VERSION);
    }

    /** Begins a response. */
    public static Builder response(int status, String reason) {
        return new Builder(VERSION + " " + status + " " + reason);
    }

    public boolean isRequest() {
        return !startLine.startsWith(VERSION);
    }

    /** Of a request, its method; of a response, the method it answers. */
    public String method() {
        return isRequest() ? startLine.substring(0, startLine.indexOf(' ')) : word(header("CSeq"), 1);
    }

    /** Status of a response, 100 to 699; 0 for a request. */
    public int status() {
        return isRequest() ? 0 : Integer.parseInt(word(Optional.of(startLine), 1));
    }

    public String startLine() {
        return startLine;
    }

    public long cseq() {
        return Long.parseLong(word(header("CSeq"), 0));
    }

    public String callId() {
        return header("Call-ID").orElse("");
    }

    /** First header of this name, in whatever case it came. */
    public Optional<String> header(String name) {
        for (Header header : headers) {
            if (header.name().equalsIgnoreCase(name)) {
                return Optional.of(header.value());
            }
        }
        return Optional.empty();
    }

    /** All headers of this name, in order. */
    public List<Header> headers(String name) {
        return headers.stream().filter(h -> h.name().equalsIgnoreCase(name)).toList();
    }

    /** Parameter of a header, such as the tag of From; empty where there is none. */
    public Optional<String> parameter(String header, String name) {
        String value = header(header).orElse("");
        int from = value.indexOf(">");
        for (String part : value.substring(Math.max(from, 0)).split(";")) {
            int equals = part.indexOf('=');
            if (equals > 0 && part.substring(0, equals).strip().equalsIgnoreCase(name)) {
                return Optional.of(part.substring(equals + 1).strip());
            }
        }
        return Optional.empty();
    }

    /** The body; a copy. */
    public byte[] body() {
        return body.clone();
    }

    /** As it goes on the wire. */
    public byte[] encode() {
        StringBuilder head = new StringBuilder(512).append(startLine).append("\r\n");
        for (Header header : headers) {
            head.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        ByteArrayOutputStream octets = new ByteArrayOutputStream(head.length() + body.length);
        octets.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        octets.writeBytes(body);
        return octets.toByteArray();
    }

    @Override
    public String toString() {
        return "SipMessage[" + startLine + "]"; // never the body: it may hold keys
    }

    private static String word(Optional<String> line, int index) {
        String[] words = line.orElse("0 -").strip().split("\\s+");
        return index < words.length ? words[index] : "";
    }

    /** A message while it is put together. */
    public static final class Builder {
        private final String startLine;
        private final List<Header> headers = new ArrayList<>();
        private byte[] body = {};

        private Builder(String startLine) {
            this.startLine = startLine;
        }

        public Builder add(String name, String value) {
            headers.add(new Header(name, value));
            return this;
        }

        public Builder addAll(List<Header> more) {
            headers.addAll(more);
            return this;
        }

        /** A session description; none where empty. */
        public Builder sdp(byte[] description) {
            if (description.length > 0) {
                add("Content-Type", "application/sdp");
                body = description.clone();
            }
            return this;
        }

        public SipMessage build() {
            return new SipMessage(startLine, headers, body);
        }
    }
}
