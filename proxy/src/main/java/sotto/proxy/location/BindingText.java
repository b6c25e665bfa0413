package sotto.proxy.location;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sotto.proxy.sip.SipTransport;

/**
 * A line of the file for each change. Stateless.
 *
 * <pre>
 *  + token pbx record contact address port transport nat outbound expires .    a binding, new or renewed
 *  - token .                                                                   it is gone
 * </pre>
 *
 * <p>Fields are percent-encoded. The full stop at the end tells a whole line from one that was cut when the power failed.
 */
final class BindingText {
    private static final int FIELDS = 10;
    private static final String END = ".";

    private BindingText() {}

    static String put(Binding binding) {
        Binding.Flow flow = binding.flow();
        return line(
                "+",
                Stream.of(
                        binding.token(),
                        binding.pbx(),
                        binding.record(),
                        binding.contact(),
                        flow.address().getHostAddress(),
                        Integer.toString(flow.port()),
                        flow.transport().name(),
                        Boolean.toString(binding.trait().isNat()),
                        Boolean.toString(binding.trait().isOutbound()),
                        Long.toString(binding.expires().toEpochMilli())));
    }

    static String removed(String token) {
        return line("-", Stream.of(token));
    }

    private static String line(String sign, Stream<String> fields) {
        return Stream.of(Stream.of(sign), fields.map(field -> URLEncoder.encode(field, UTF_8)), Stream.of(END))
                .flatMap(part -> part)
                .collect(Collectors.joining(" "));
    }

    /**
     * A change that was read.
     *
     * @param binding empty where it is gone
     */
    record Change(String token, Optional<Binding> binding) {}

    /** Reads a line; empty where it is not whole, or none of ours. */
    static Optional<Change> parse(String line) {
        List<String> words = Arrays.asList(line.split(" "));
        if (words.size() < 3 || !words.getLast().equals(END)) {
            return Optional.empty();
        }
        try {
            List<String> fields = words.subList(1, words.size() - 1).stream()
                    .map(word -> URLDecoder.decode(word, UTF_8))
                    .toList();
            return switch (words.getFirst()) {
                case "+" ->
                    fields.size() == FIELDS
                            ? Optional.of(new Change(fields.getFirst(), Optional.of(binding(fields))))
                            : Optional.empty();
                case "-" -> Optional.of(new Change(fields.getFirst(), Optional.empty()));
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Binding binding(List<String> fields) {
        if (fields.get(2).indexOf('@') < 0) {
            throw new IllegalArgumentException("no address of record");
        }
        return new Binding(
                fields.get(0),
                fields.get(1),
                fields.get(2),
                fields.get(3),
                new Binding.Flow(
                        InetAddress.ofLiteral(fields.get(4)),
                        Integer.parseInt(fields.get(5)),
                        SipTransport.valueOf(fields.get(6))),
                new Binding.Trait(Boolean.parseBoolean(fields.get(7)), Boolean.parseBoolean(fields.get(8))),
                Instant.ofEpochMilli(Long.parseLong(fields.get(9))));
    }
}
