package sotto.proxy.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import sotto.media.MaskReport;
import sotto.pci.capture.PaymentView;

/**
 * What a record says, as JSON: of the payment its id, call and outcome, of its mask counts and extremes. Members are added,
 * never renamed. Stateless.
 */
final class RecordText {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double SAMPLES_A_MS = 8;

    private RecordText() {}

    /**
     * Its place in the chain.
     *
     * @param sequence 1 for the first
     * @param before line before it; empty for the first
     */
    record Place(long sequence, String before) {}

    static String of(Place place, EvidenceSettings writer, PaymentView payment, MaskReport mask) {
        ObjectNode json = JSON.createObjectNode()
                .put("sequence", place.sequence())
                .put("previous", place.before().isEmpty() ? null : VerifyingKey.hash(place.before()))
                .put("writtenAt", text(Instant.now()))
                .put("node", writer.node())
                .put("version", writer.version())
                .put("callId", payment.callId())
                .put("paymentId", payment.id())
                .put("result", payment.outcome().map(RecordText::word).orElse(null))
                .put("requestedAt", text(mask.requestedAt()))
                .put("onAt", text(mask.onAt()))
                .put("speechAt", mask.speechAt().map(RecordText::text).orElse(null))
                .put("end", word(mask.end()));
        ArrayNode sinks = json.putArray("sinks");
        mask.sinks().forEach(sink -> sinks.addObject()
                .put("name", sink.name())
                .put("acknowledgedAt", text(mask.requestedAt().plus(sink.after())))
                .put("afterMicroseconds", sink.after().toNanos() / 1000));
        ObjectNode presses = json.putObject("presses");
        new TreeMap<>(mask.presses()).forEach(presses::put);
        json.put("pressesTaken", mask.taken());
        ObjectNode tones = json.putObject("tones");
        samples(tones, "leastLead", mask.leastLeadSamples());
        samples(tones, "leastTrail", mask.leastTrailSamples());
        tones.put("packetsForwarded", mask.packetsForwarded());
        return json.toString();
    }

    private static void samples(ObjectNode json, String name, OptionalInt samples) {
        if (samples.isPresent()) {
            json.put(name + "Samples", samples.getAsInt()).put(name + "Ms", samples.getAsInt() / SAMPLES_A_MS);
        } else {
            json.putNull(name + "Samples").putNull(name + "Ms");
        }
    }

    private static String text(Instant at) {
        return at.truncatedTo(ChronoUnit.MICROS).toString();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads what a key has vouched for; empty where it is no JSON. */
    static Optional<JsonNode> parse(String payload) {
        try {
            return Optional.of(JSON.readTree(payload));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
