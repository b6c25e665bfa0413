package sotto.perf.relay;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values as rtpengine's control protocol writes them.
 *
 * <pre>
 *  text        length ":" octets       4:ping
 *  number      "i" digits "e"          i-3e
 *  list        "l" values "e"          l4:pinge
 *  dictionary  "d" (text value)* "e"   d7:command4:pinge
 * </pre>
 *
 * <p>Text is octets, each one character here. Stateless.
 */
final class Bencode {
    private static final int DEEPEST = 16;

    private Bencode() {}

    /**
     * Writes a value.
     *
     * @param value of String, Integer, Long, List or Map with String keys
     * @throws IllegalArgumentException for anything else
     */
    static byte[] encode(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(value, out);
        return out.toByteArray();
    }

    private static void write(Object value, ByteArrayOutputStream out) {
        switch (value) {
            case String text -> {
                out.writeBytes(octets(text.length() + ":"));
                out.writeBytes(octets(text));
            }
            case Integer number -> out.writeBytes(octets("i" + number + "e"));
            case Long number -> out.writeBytes(octets("i" + number + "e"));
            case List<?> list -> {
                out.write('l');
                list.forEach(each -> write(each, out));
                out.write('e');
            }
            case Map<?, ?> map -> {
                out.write('d');
                map.forEach((key, each) -> {
                    write(key, out);
                    write(each, out);
                });
                out.write('e');
            }
            default -> throw new IllegalArgumentException("cannot be written: " + value.getClass());
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Reads a dictionary.
     *
     * @param text all of it, one character an octet
     * @return its values: String, Long, List, Map
     * @throws IllegalArgumentException where it is not one, or something is behind it
     */
    static Map<String, Object> dictionary(String text) {
        Reader reader = new Reader(text);
        if (reader.value(0) instanceof Map<?, ?> map && reader.at == text.length()) {
            Map<String, Object> read = new LinkedHashMap<>();
            map.forEach((key, value) -> read.put((String) key, value));
            return read;
        }
        throw new IllegalArgumentException("not one dictionary");
    }

    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        Object value(int depth) {
            if (depth > DEEPEST) {
                throw new IllegalArgumentException("deeper than " + DEEPEST);
            }
            return switch (peek()) {
                case 'i' -> number('e', at + 1);
                case 'l' -> list(depth);
                case 'd' -> map(depth);
                default -> string();
            };
        }

        private char peek() {
            if (at >= text.length()) {
                throw new IllegalArgumentException("ends too soon");
            }
            return text.charAt(at);
        }

        private Long number(char end, int from) {
            int to = text.indexOf(end, from);
            if (to < 0 || to - from > 20) {
                throw new IllegalArgumentException("no number at " + from);
            }
            at = to + 1;
            return Long.valueOf(text.substring(from, to)); // what is no number is an IllegalArgumentException as well
        }

        private String string() {
            long length = number(':', at);
            if (length < 0 || length > text.length() - at) {
                throw new IllegalArgumentException("text longer than what came, at " + at);
            }
            int from = at;
            at += (int) length;
            return text.substring(from, at);
        }

        private List<Object> list(int depth) {
            at++;
            List<Object> list = new ArrayList<>();
            while (peek() != 'e') {
                list.add(value(depth + 1));
            }
            at++;
            return list;
        }

        private Map<String, Object> map(int depth) {
            at++;
            Map<String, Object> map = new LinkedHashMap<>();
            while (peek() != 'e') {
                String key = string();
                map.put(key, value(depth + 1));
            }
            at++;
            return map;
        }
    }
}
