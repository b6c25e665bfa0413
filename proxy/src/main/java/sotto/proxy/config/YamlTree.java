package sotto.proxy.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** YAML as text and lines, before anything is known of its keys. One thread. */
final class YamlTree {
    private final YAMLParser parser;
    private final Findings findings;

    /** Part of the file; every part knows its line, from 1. */
    sealed interface Node {
        int line();
    }

    /** One value as written, without quotes; empty where the key has none. */
    record Scalar(String text, int line) implements Node {}

    /** Keys and values, in order. */
    record Mapping(Map<String, Node> entries, int line) implements Node {}

    /** A list; no key of ours takes one. */
    record Sequence(int line) implements Node {}

    private YamlTree(YAMLParser parser, Findings findings) {
        this.parser = parser;
        this.findings = findings;
    }

    /**
     * Parses a whole file.
     *
     * @param yaml its text
     * @return empty where it is no YAML mapping, which is noted
     */
    static Optional<Mapping> parse(String yaml, Findings findings) throws IOException {
        try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
            YamlTree tree = new YamlTree(parser, findings);
            if (parser.nextToken() == null) {
                return Optional.of(new Mapping(Map.of(), 1));
            }
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                findings.problem(1, "configuration", " is no mapping; write key: value, see conf/reference.yaml");
                return Optional.empty();
            }
            Mapping whole = tree.mapping("");
            if (parser.nextToken() != null) {
                findings.problem(tree.line(), "configuration", " has a second document; keep the first, drop the rest");
            }
            return Optional.of(whole);
        } catch (JsonProcessingException e) { // its message quotes the file, where a secret may be by mistake
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            findings.problem(
                    line,
                    "configuration",
                    " is not YAML here; look at the indentation, quotes and colons of this line and the one before");
            return Optional.empty();
        }
    }

    private Node node(String path) throws IOException {
        if (parser.isCurrentAlias()) {
            findings.problem(line(), path, " is an alias (*name); write the value itself");
            return new Scalar("", line());
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(path);
            case START_ARRAY -> {
                Sequence sequence = new Sequence(line());
                parser.skipChildren();
                yield sequence;
            }
            case VALUE_NULL -> new Scalar("", line());
            default -> new Scalar(parser.getText(), line());
        };
    }

    private Mapping mapping(String path) throws IOException {
        Mapping mapping = new Mapping(new LinkedHashMap<>(), line());
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            int line = line();
            parser.nextToken();
            String child = path.isEmpty() ? key : path + "." + key;
            Node earlier = mapping.entries().putIfAbsent(key, node(child));
            if (earlier != null) {
                findings.problem(
                        line, child, " is here twice, first on line " + earlier.line() + "; keep one of the two");
            }
        }
        return mapping;
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }
}
