package sotto.proxy.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One JSON object of a request, read strictly, on one thread. What it refuses it never quotes. */
final class JsonBody {
    private static final int MOST_TEXT = 500;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode object;

    private JsonBody(JsonNode object) {
        this.object = object;
    }

    /**
     * Reads a body.
     *
     * @param body empty or null: an object without members
     * @param members all that the object may have
     * @throws Problem where it is not one JSON object, or has another member
     */
    static JsonBody read(@Nullable String body, List<String> members) {
        try {
            JsonNode node = MAPPER.readTree(body == null || body.isBlank() ? "{}" : body);
            if (!node.isObject()) {
                throw Problem.malformed("the body is not a JSON object");
            }
            for (String name : new TreeSet<>(
                    node.properties().stream().map(e -> e.getKey()).toList())) {
                if (!members.contains(name)) {
                    throw new Problem(
                            400,
                            "unknown-member",
                            "the body has a member that is not one of: " + String.join(", ", members));
                }
            }
            return new JsonBody(node);
        } catch (JsonProcessingException e) { // its message quotes the body
            throw Problem.malformed(
                    "the body is not JSON: line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr());
        }
    }

    /** A text; empty where absent or null. */
    Optional<String> text(String member) {
        JsonNode value = object.get(member);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual() || value.textValue().length() > MOST_TEXT) {
            throw Problem.malformed(member + " is not text of at most " + MOST_TEXT + " characters");
        }
        return Optional.of(value.textValue());
    }

    /** A whole number; empty where absent or null. */
    OptionalInt integer(String member, int least, int most) {
        JsonNode value = object.get(member);
        if (value == null || value.isNull()) {
            return OptionalInt.empty();
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > most) {
            throw Problem.malformed(member + " is not a whole number in " + least + ".." + most);
        }
        return OptionalInt.of(value.intValue());
    }

    /** True or false; empty where absent or null. */
    Optional<Boolean> truth(String member) {
        JsonNode value = object.get(member);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            throw Problem.malformed(member + " is not true or false");
        }
        return Optional.of(value.booleanValue());
    }

    /** A list of texts; empty where absent or null. */
    Optional<List<String>> texts(String member) {
        JsonNode value = object.get(member);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode entry : value) {
            texts.add(entry.isTextual() ? entry.textValue() : "");
        }
        if (!value.isArray() || texts.contains("")) {
            throw Problem.malformed(member + " is not a list of texts");
        }
        return Optional.of(texts);
    }
}
