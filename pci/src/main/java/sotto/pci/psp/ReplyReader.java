package sotto.pci.psp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one HTTP/1.1 answer whose connection ends with it, RFC 9112. Each size is bounded before it is used. What the
 * peer sent is not repeated in a message: it may be what it was sent. One thread.
 */
final class ReplyReader {
    private static final int MOST_HEAD_BYTES = 32 * 1024;
    private static final int MOST_BODY_BYTES = 256 * 1024;
    private static final int MOST_INTERIM = 8;

    private final Wire wire;
    private final ByteBuffer in = ByteBuffer.allocate(Wire.RECEIVE_BYTES).limit(0);
    private int headBytes;

    ReplyReader(Wire wire) {
        this.wire = wire;
    }

    /**
     * @throws IOException where the answer is not whole, not HTTP, or too large
     */
    Exchange.Answered read() throws IOException {
        for (int interim = 0; interim <= MOST_INTERIM; interim++) {
            int status = status(line());
            Map<String, String> headers = headers();
            if (status >= 200) {
                return new Exchange.Answered(status, Map.copyOf(headers), body(status, headers));
            } // 1xx: the answer is still to come, RFC 9110 §15.2
        }
        throw new ProtocolException("more than " + MOST_INTERIM + " interim responses");
    }

    private static int status(String line) throws ProtocolException {
        if (!line.startsWith("HTTP/1.") || line.length() < 12 || line.charAt(8) != ' ') {
            throw new ProtocolException("no HTTP/1.1 status line");
        }
        int status = number(line.substring(9, 12), 10);
        if (status < 100) {
            throw new ProtocolException("status below 100");
        }
        return status;
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon <= 0 || line.charAt(0) == ' ' || line.charAt(0) == '\t') { // §5.2: folding is obsolete
                throw new ProtocolException("malformed header line");
            }
            headers.putIfAbsent(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private String body(int status, Map<String, String> headers) throws IOException { // §6.3, in its order
        Optional<String> coding = Optional.ofNullable(headers.get("transfer-encoding"));
        Optional<String> length = Optional.ofNullable(headers.get("content-length"));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (status == 204 || status == 304) {
            return "";
        } else if (coding.isPresent()) {
            if (length.isPresent() || !coding.get().equalsIgnoreCase("chunked")) {
                throw new ProtocolException("transfer coding is not chunked alone");
            }
            chunks(body);
        } else if (length.isPresent()) {
            copy(number(length.get(), 10), body);
        } else {
            for (int octet = next(); octet >= 0; octet = next()) {
                checkRoom(1, body);
                body.write(octet);
            }
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private void chunks(ByteArrayOutputStream body) throws IOException { // §7.1
        while (true) {
            String line = line();
            int extension = line.indexOf(';');
            int size = number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
            if (size == 0) {
                headers(); // trailer section: read past
                return;
            }
            copy(size, body);
            if (!line().isEmpty()) {
                throw new ProtocolException("chunk longer than its size");
            }
        }
    }

    private void copy(int count, ByteArrayOutputStream body) throws IOException {
        checkRoom(count, body);
        for (int i = 0; i < count; i++) {
            body.write(need());
        }
    }

    private static void checkRoom(int count, ByteArrayOutputStream body) throws ProtocolException {
        if (count > MOST_BODY_BYTES - body.size()) {
            throw new ProtocolException("body over " + MOST_BODY_BYTES + " bytes");
        }
    }

    private static int number(String digits, int radix) throws ProtocolException {
        if (digits.isEmpty() || digits.length() > 7 || !digits.chars().allMatch(c -> Character.digit(c, radix) >= 0)) {
            throw new ProtocolException("malformed or too large number");
        }
        return Integer.parseInt(digits, radix);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = need(); octet != '\n'; octet = need()) {
            if (++headBytes > MOST_HEAD_BYTES) {
                throw new ProtocolException("header section over " + MOST_HEAD_BYTES + " bytes");
            }
            line.append((char) octet);
        }
        int last = line.length() - 1;
        return last >= 0 && line.charAt(last) == '\r' ? line.substring(0, last) : line.toString();
    }

    private int need() throws IOException {
        int octet = next();
        if (octet < 0) {
            throw new ProtocolException("connection dropped before the end of the answer");
        }
        return octet;
    }

    private int next() throws IOException {
        if (!in.hasRemaining()) {
            in.clear();
            int count = wire.receive(in);
            in.flip();
            if (count < 0) {
                in.limit(0);
                return -1;
            }
        }
        return in.get() & 0xFF;
    }
}
