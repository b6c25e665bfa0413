package sotto.proxy.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records as CSV (RFC 4180), one line each, the legs side by side. A text that a spreadsheet would run as a formula gets an
 * apostrophe in front: numbers of callers come from outside. A number with its plus sign is left as it is. Stateless.
 */
final class CdrCsv {
    private static final List<String> OF_THE_CALL = List.of(
            "id",
            "from",
            "to",
            "trunk",
            "callingSide",
            "startedAt",
            "ringingAt",
            "answeredAt",
            "endedAt",
            "setupMs",
            "talkMs",
            "endedBy",
            "sipStatus");
    private static final List<String> OF_A_LEG = List.of(
            "peer",
            "sipCallId",
            "transport",
            "remote",
            "srtp",
            "codec",
            "mediaRemote",
            "received",
            "sent",
            "lost",
            "jitterMs",
            "mos");
    private static final List<String> OF_IDENTITY = List.of("verstat", "reason", "attest", "origid", "certificate");
    private static final String LINE_END = "\r\n";

    private CdrCsv() {}

    static String of(List<String> records) {
        StringBuilder csv = new StringBuilder(head()).append(LINE_END);
        for (String record : records) {
            csv.append(line(new JsonObject(record))).append(LINE_END);
        }
        return csv.toString();
    }

    private static String head() {
        Stream<String> legs =
                Stream.of("caller", "agent").flatMap(side -> OF_A_LEG.stream().map(name -> side + "." + name));
        return Stream.of(OF_THE_CALL.stream(), legs, Stream.of("payments", "version"), OF_IDENTITY.stream())
                .flatMap(names -> names)
                .collect(Collectors.joining(","));
    }

    private static String line(JsonObject record) {
        Stream<Object> call = OF_THE_CALL.stream().map(name -> shown(record.getValue(name)));
        Stream<Object> legs = Stream.of("caller", "agent").flatMap(side -> {
            JsonObject leg = leg(record, side);
            return OF_A_LEG.stream().map(name -> shown(leg.getValue(name)));
        });
        Stream<Object> rest = Stream.of(payments(record), shown(record.getValue("version")));
        JsonObject identity = record.getJsonObject("identity", new JsonObject()); // absent in old records
        Stream<Object> vouched =
                OF_IDENTITY.stream().map(name -> shown(identity == null ? null : identity.getValue(name)));
        return Stream.of(call, legs, rest, vouched)
                .flatMap(values -> values)
                .map(value -> quoted(value.toString()))
                .collect(Collectors.joining(","));
    }

    private static JsonObject leg(JsonObject record, String side) {
        return objects(record.getJsonArray("legs"))
                .filter(leg -> side.equals(leg.getString("side")))
                .findFirst()
                .orElse(new JsonObject());
    }

    private static String payments(JsonObject record) {
        return objects(record.getJsonArray("payments"))
                .map(payment -> payment.getString("id") + ":" + payment.getString("result"))
                .collect(Collectors.joining(" "));
    }

    private static Stream<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast);
    }

    private static Object shown(@Nullable Object value) {
        return Objects.requireNonNullElse(value, "");
    }

    private static String quoted(String value) {
        String safe = value.matches("(?s)[=@\\t\\r].*|[+-](?!\\d).*") ? "'" + value : value;
        return safe.matches("(?s).*[\",\\r\\n].*") ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
    }
}
