package sotto.proxy.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sotto.proxy.config.YamlTree.Mapping;
import sotto.proxy.config.YamlTree.Node;
import sotto.proxy.config.YamlTree.Scalar;

/**
 * One section of the file, read key by key. What is wrong is noted, a stand-in is returned and reading goes on, so that
 * all problems come out at once. One thread.
 */
final class Section {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private final String path;
    private final Mapping mapping;
    private final Findings findings;
    private final SequencedMap<String, String> keys; // what was asked for, whole paths, and its bounds
    private final java.util.Set<String> asked = new java.util.LinkedHashSet<>();

    private Section(String path, Mapping mapping, Findings findings, SequencedMap<String, String> keys) {
        this.path = path;
        this.mapping = mapping;
        this.findings = findings;
        this.keys = keys;
    }

    /**
     * The whole file.
     *
     * @param keys filled with each key that is asked for, and what it may be
     */
    static Section whole(Mapping mapping, Findings findings, SequencedMap<String, String> keys) {
        return new Section("", mapping, findings, keys);
    }

    /** A section in this one; an empty one where it is missing. */
    Section section(String key) {
        asked.add(key);
        Node node = mapping.entries().get(key);
        if (node instanceof Mapping inner) {
            return new Section(path(key), inner, findings, keys);
        }
        if (node != null && !(node instanceof Scalar scalar && scalar.text().isEmpty())) {
            findings.problem(node.line(), path(key), " is a section, not a value; indent its keys below it");
        }
        return new Section(path(key), new Mapping(Map.of(), 0), findings, keys);
    }

    /** Every section in this one, by name, where the names are the user's own. */
    SequencedMap<String, Section> named() {
        SequencedMap<String, Section> sections = new LinkedHashMap<>();
        mapping.entries().keySet().forEach(name -> sections.put(name, section(name)));
        return sections;
    }

    /** This section's whole path. */
    String path() {
        return path;
    }

    boolean has(String key) {
        return mapping.entries().containsKey(key);
    }

    /** Line of a key, 0 where it is not in the file. */
    int line(String key) {
        Node node = mapping.entries().get(key);
        return node == null ? 0 : node.line();
    }

    /** The key's whole path. */
    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Notes a problem with a key; the text is read after {@code key}. */
    void problem(String key, String text) {
        findings.problem(line(key), path(key), text);
    }

    void warning(String key, String text) {
        findings.warning(line(key), path(key), text);
    }

    int integer(String key, int fallback, int least, int most) {
        return number(key, least, most, "without the key it is " + fallback).orElse(fallback);
    }

    /** One that may be left out, which then means {@code without}. */
    OptionalInt integer(String key, int least, int most, String without) {
        Optional<Integer> number = number(key, least, most, without);
        return number.isEmpty() ? OptionalInt.empty() : OptionalInt.of(number.get());
    }

    private Optional<Integer> number(String key, int least, int most, String without) {
        return value(
                key,
                least + ".." + most,
                "write a whole number from there; " + without,
                text -> text.matches("-?\\d{1,9}")
                        ? Optional.of(Integer.parseInt(text)).filter(n -> n >= least && n <= most)
                        : Optional.empty());
    }

    Duration duration(String key, Duration fallback, Duration least, Duration most) {
        return duration(key, least, most, "without the key it is " + text(fallback))
                .orElse(fallback);
    }

    /** One that may be left out, which then means {@code without}. */
    Optional<Duration> duration(String key, Duration least, Duration most, String without) {
        return value(
                key, text(least) + ".." + text(most), "write a number and ms, s, m, h or d; " + without, text -> parse(
                                text)
                        .filter(d -> d.compareTo(least) >= 0 && d.compareTo(most) <= 0));
    }

    boolean flag(String key, boolean fallback) {
        return value(key, "true|false", "write one of them; without the key it is " + fallback, text -> switch (text) {
                    case "true" -> Optional.of(true);
                    case "false" -> Optional.of(false);
                    default -> Optional.empty();
                })
                .orElse(fallback);
    }

    /** One of an enum's names, in lower case. */
    <E extends Enum<E>> E choice(String key, E fallback) {
        return choice(key, fallback, "write one of them; without the key it is " + lower(fallback))
                .orElse(fallback);
    }

    /** The same where the key must be there; empty, and noted, where it is not. */
    <E extends Enum<E>> Optional<E> required(String key, E example) {
        Optional<E> value = choice(key, example, "write one of them");
        missing(key, "write one of " + names(example));
        return value;
    }

    private <E extends Enum<E>> Optional<E> choice(String key, E example, String remedy) {
        return value(key, names(example), remedy, text -> Arrays.stream(
                        example.getDeclaringClass().getEnumConstants())
                .filter(constant -> lower(constant).equals(text))
                .findFirst());
    }

    /**
     * Text of a form.
     *
     * @param form what it may be, in words
     * @param reader empty where it is not that
     */
    <T> Optional<T> text(String key, String form, String remedy, Function<String, Optional<T>> reader) {
        return value(key, form, " is not ", remedy, reader);
    }

    /** Notes that a key is not there. */
    void missing(String key, String remedy) {
        if (!has(key)) {
            findings.problem(0, path(key), " is missing; " + remedy);
        }
    }

    private <T> Optional<T> value(String key, String bounds, String remedy, Function<String, Optional<T>> reader) {
        return value(key, bounds, " is not in ", remedy, reader);
    }

    private <T> Optional<T> value(
            String key, String bounds, String isNot, String remedy, Function<String, Optional<T>> reader) {
        asked.add(key);
        keys.put(path(key), bounds);
        Node node = mapping.entries().get(key);
        if (node == null) {
            return Optional.empty();
        }
        if (!(node instanceof Scalar scalar)) {
            problem(key, " is one value (" + bounds + "), not a " + kind(node) + "; " + remedy);
            return Optional.empty();
        }
        if (scalar.text().isEmpty()) {
            problem(key, " has no value (" + bounds + "); " + remedy + ", or leave the key out");
            return Optional.empty();
        }
        Optional<T> value = reader.apply(scalar.text());
        if (value.isEmpty()) {
            problem(key, "=" + quoted(scalar.text()) + isNot + bounds + "; " + remedy);
        }
        return value;
    }

    /** Notes each key that nobody asked for. Its value is not quoted: it may be a secret put in the wrong place. */
    void end() {
        for (Map.Entry<String, Node> entry : mapping.entries().entrySet()) {
            String key = entry.getKey();
            if (!asked.contains(key)) {
                String remedy = Nearest.of(key, asked)
                        .map(near -> "did you mean " + path(near) + "?")
                        .orElseGet(() -> "known here: " + String.join(", ", asked));
                findings.problem(entry.getValue().line(), path(quoted(key)), " is not a key; " + remedy);
            }
        }
    }

    /** At most what helps to find it, and never the user part of a URL, where a password may be. */
    static String quoted(String value) {
        String shown = value.replaceAll("[\\p{Cntrl}]", "?").replaceAll("//[^/@]*@", "//…@");
        return shown.length() > 80 ? shown.substring(0, 80) + "…" : shown;
    }

    private static String kind(Node node) {
        return node instanceof Mapping ? "section" : "list";
    }

    private static Optional<Duration> parse(String text) {
        Matcher duration = DURATION.matcher(text);
        if (!duration.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(duration.group(1));
        return Optional.of(
                switch (duration.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                });
    }

    /** As it is written in the file. */
    static String text(Duration duration) {
        if (duration.compareTo(Duration.ofDays(1)) >= 0
                && duration.toMillis() % Duration.ofDays(1).toMillis() == 0) {
            return duration.toDays() + "d";
        }
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    private static <E extends Enum<E>> String names(E example) {
        return Arrays.stream(example.getDeclaringClass().getEnumConstants())
                .map(Section::lower)
                .collect(Collectors.joining("|"));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
