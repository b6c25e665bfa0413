package sotto.proxy.stir;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a PASSporT says (RFC 8225 §4, §5; RFC 8588 §3): by itself it proves nothing. Immutable.
 *
 * @param ppt extension; empty for the plain one
 * @param dest each of them was called
 * @param attest in {@code shaken} only
 * @param origid in {@code shaken} only
 */
record Passport(
        String x5u,
        String ppt,
        Party orig,
        List<Party> dest,
        long iatSeconds,
        Optional<Attest> attest,
        Optional<String> origid) {
    static final String SHAKEN = "shaken";

    private static final int DEEPEST = 6; // dest is an array in an object in an object
    private static final int LONGEST_CHARS = 4096;
    private static final int MOST_DEST = 16;
    private static final Pattern ORIGID = Pattern.compile("[\\x21-\\x7E]{1,64}"); // a UUID, RFC 8588 §5
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxDocumentLength(LONGEST_CHARS)
                            .maxStringLength(LONGEST_CHARS)
                            .maxNameLength(64)
                            .maxNumberLength(20)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION) // RFC 7515 §4: two of a name are none
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** It is not one; or one with another algorithm. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final Failure failure;

        Refused(Failure failure) {
            super(failure.label());
            this.failure = failure;
        }

        Failure failure() {
            return failure;
        }
    }

    /** The extension that a JOSE header names; empty for none, and where there is no such header. */
    static String pptOf(byte[] header) {
        try {
            return JSON.readTree(header).path("ppt").asText("");
        } catch (IOException e) {
            return ""; // said when the whole is read
        }
    }

    /** Reads both parts; a member that nobody knows is passed over, but for {@code crit} (RFC 7515 §4.1.11). */
    static Passport read(byte[] header, byte[] claims) throws Refused {
        JsonNode head = object(header);
        JsonNode body = object(claims);
        if (!text(head, "alg").equals(Es256.NAME)) {
            throw new Refused(Failure.OTHER_ALGORITHM);
        }
        if (!text(head, "typ").equals("passport") || head.has("crit")) {
            throw new Refused(Failure.MALFORMED);
        }
        String ppt = head.has("ppt") ? text(head, "ppt") : "";
        JsonNode iat = body.path("iat");
        if (!iat.isIntegralNumber() || !iat.canConvertToLong()) {
            throw new Refused(Failure.MALFORMED);
        }
        boolean isShaken = ppt.equals(SHAKEN);
        return new Passport(
                text(head, "x5u"),
                ppt,
                orig(body.path("orig")),
                dest(body.path("dest")),
                iat.longValue(),
                isShaken ? Optional.of(attest(text(body, "attest"))) : Optional.empty(),
                isShaken ? Optional.of(origid(text(body, "origid"))) : Optional.empty());
    }

    private static JsonNode object(byte[] json) throws Refused {
        try {
            JsonNode node = JSON.readTree(json);
            if (node.isObject()) {
                return node;
            }
        } catch (IOException e) {
            // what is wrong with it is the sender's business, and must not be quoted
        }
        throw new Refused(Failure.MALFORMED);
    }

    private static String text(JsonNode object, String name) throws Refused {
        JsonNode value = object.path(name);
        if (!value.isTextual()) {
            throw new Refused(Failure.MALFORMED);
        }
        return value.textValue();
    }

    private static Party orig(JsonNode orig) throws Refused {
        if (orig.size() != 1) { // RFC 8225 §5.2.1: one identity
            throw new Refused(Failure.MALFORMED);
        }
        return orig.has(Party.TN) ? number(text(orig, Party.TN)) : new Party(Party.URI, text(orig, Party.URI));
    }

    private static List<Party> dest(JsonNode dest) throws Refused {
        List<Party> called = new ArrayList<>();
        for (String kind : List.of(Party.TN, Party.URI)) {
            for (JsonNode one : dest.path(kind)) {
                if (!one.isTextual() || called.size() == MOST_DEST) {
                    throw new Refused(Failure.MALFORMED);
                }
                called.add(kind.equals(Party.TN) ? number(one.textValue()) : new Party(kind, one.textValue()));
            }
        }
        if (called.isEmpty()) {
            throw new Refused(Failure.MALFORMED);
        }
        return called;
    }

    private static Party number(String claim) throws Refused { // with a plus it is not canonical, but clear
        return Party.ofUser(claim).orElseThrow(() -> new Refused(Failure.MALFORMED));
    }

    private static Attest attest(String claim) throws Refused {
        for (Attest attest : Attest.values()) {
            if (attest.name().equals(claim)) {
                return attest;
            }
        }
        throw new Refused(Failure.MALFORMED);
    }

    private static String origid(String claim) throws Refused {
        if (!ORIGID.matcher(claim).matches()) {
            throw new Refused(Failure.MALFORMED);
        }
        return claim;
    }

    /** The JOSE header: names in order, no blanks (RFC 8225 §9). */
    String headerJson() {
        Map<String, Object> header = new TreeMap<>(Map.of("alg", Es256.NAME, "typ", "passport", "x5u", x5u));
        if (!ppt.isEmpty()) {
            header.put("ppt", ppt);
        }
        return json(header);
    }

    /** The claims, likewise. */
    String claimsJson() {
        Map<String, TreeSet<String>> called = new TreeMap<>();
        dest.forEach(party ->
                called.computeIfAbsent(party.kind(), kind -> new TreeSet<>()).add(party.value()));
        Map<String, Object> claims =
                new TreeMap<>(Map.of("dest", called, "iat", iatSeconds, "orig", Map.of(orig.kind(), orig.value())));
        attest.ifPresent(a -> claims.put("attest", a.name()));
        origid.ifPresent(id -> claims.put("origid", id));
        return json(claims);
    }

    /** What is signed (RFC 7515 §5.1). */
    String signingInput() {
        return Es256.encode(headerJson().getBytes(UTF_8)) + "."
                + Es256.encode(claimsJson().getBytes(UTF_8));
    }

    private static String json(Map<String, ?> members) {
        try {
            return JSON.writeValueAsString(members);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers can be written", e);
        }
    }
}
