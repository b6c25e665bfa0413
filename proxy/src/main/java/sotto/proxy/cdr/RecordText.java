package sotto.proxy.cdr;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sotto.media.worker.LegQuality;
import sotto.media.worker.LegReport;
import sotto.pci.capture.PaymentView;
import sotto.proxy.b2bua.CallEnd;
import sotto.proxy.b2bua.CallView;

/**
 * A record as JSON, written once, on the call's thread: what is in the journal is what the database keeps and the API
 * shows. A member is null where it is not known; members are added, never renamed. Of a payment it has id and outcome.
 */
final class RecordText {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int USUAL_CHARS = 1024;

    private RecordText() {}

    /** A call that is over. */
    static String ended(CallEnd end, List<PaymentView> payments, String version) {
        return write(json -> {
            call(json, end.call());
            instant(json, "endedAt", end.endedAt());
            duration(json, "setupMs", end.setup().orElse(null));
            duration(json, "talkMs", end.talk());
            json.writeStringField("endedBy", end.endedBy());
            json.writeNumberField("sipStatus", end.sipStatus());
            legs(json, end.call(), end);
            payments(json, payments);
            json.writeStringField("version", version);
        });
    }

    /** A call that was just answered: should the process die, this becomes its record. */
    static String answered(CallView call, String version) {
        return write(json -> {
            call(json, call);
            json.writeNullField("endedAt");
            duration(
                    json,
                    "setupMs",
                    call.answeredAt()
                            .map(at -> Duration.between(call.startedAt(), at))
                            .orElse(null));
            json.writeNullField("talkMs");
            json.writeNullField("endedBy");
            json.writeNumberField("sipStatus", 200);
            legs(json, call, null);
            payments(json, List.of());
            json.writeStringField("version", version);
        });
    }

    /** A payment of a call that is over has its outcome. */
    static String paid(String callId, List<PaymentView> payments) {
        return write(json -> {
            json.writeStringField("id", callId);
            payments(json, payments);
        });
    }

    /** This instant, and who writes it. */
    static String at(Instant now, String version) {
        return write(json -> {
            instant(json, "at", now);
            json.writeStringField("version", version);
        });
    }

    private static void call(JsonGenerator json, CallView call) throws IOException {
        json.writeStringField("id", call.id());
        json.writeStringField("from", call.from());
        json.writeStringField("to", call.to());
        json.writeStringField("trunk", call.trunk());
        json.writeStringField("callingSide", call.callingSide());
        instant(json, "startedAt", call.startedAt());
        instant(json, "ringingAt", call.ringingAt().orElse(null));
        instant(json, "answeredAt", call.answeredAt().orElse(null));
        identity(json, call);
    }

    private static void identity(JsonGenerator json, CallView call) throws IOException {
        if (call.identity().isEmpty()) {
            json.writeNullField("identity");
            return;
        }
        CallView.IdentityView identity = call.identity().get();
        json.writeObjectFieldStart("identity");
        json.writeStringField("verstat", identity.verstat().orElse(null));
        json.writeStringField("reason", identity.reason().orElse(null));
        json.writeStringField("attest", identity.attest().orElse(null));
        json.writeStringField("origid", identity.origid().orElse(null));
        json.writeStringField("certificate", identity.certificate().orElse(null));
        json.writeEndObject();
    }

    private static void legs(JsonGenerator json, CallView call, @Nullable CallEnd end) throws IOException {
        json.writeArrayFieldStart("legs");
        for (CallView.LegView leg : call.legs()) {
            json.writeStartObject();
            json.writeStringField("side", leg.side());
            json.writeStringField("peer", leg.peer());
            json.writeStringField("sipCallId", leg.sipCallId());
            json.writeStringField("transport", leg.transport());
            json.writeStringField("remote", leg.remote());
            json.writeStringField("srtp", leg.srtp());
            json.writeStringField("keying", leg.keying());
            json.writeStringField("codec", leg.codec());
            if (end != null) {
                quality(json, leg.side().equals("caller") ? end.caller() : end.agent());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void quality(JsonGenerator json, Optional<LegReport> seen) throws IOException {
        if (seen.isEmpty()) {
            return;
        }
        LegReport report = seen.get();
        String media = report.latched()
                .map(at -> at.getAddress().getHostAddress() + ":" + at.getPort())
                .orElse(null);
        json.writeStringField("mediaRemote", media);
        json.writeNumberField("received", report.received());
        json.writeNumberField("sent", report.sent());
        json.writeNumberField("lost", report.lost());
        decimal(json, "jitterMs", report.jitterMs(), report);
        decimal(json, "mos", report.mos(), report);
        if (report.quality().isEmpty()) {
            json.writeNullField("quality");
            return;
        }
        LegQuality spans = report.quality().get();
        json.writeObjectFieldStart("quality");
        json.writeNumberField("intervals", spans.intervals());
        interval(json, "worst", spans.worst());
        interval(json, "mean", spans.mean());
        json.writeEndObject();
    }

    private static void interval(JsonGenerator json, String name, LegQuality.Interval of) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("lossPercent", rounded(of.lossPercent()));
        json.writeNumberField("burstRatio", rounded(of.burstRatio()));
        json.writeNumberField("jitterMs", rounded(of.jitterMs()));
        if (of.roundTripMs().isPresent()) {
            json.writeNumberField("roundTripMs", rounded(of.roundTripMs().getAsDouble()));
        } else {
            json.writeNullField("roundTripMs");
        }
        json.writeNumberField("mos", rounded(of.mos()));
        json.writeEndObject();
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }

    /** Null where nothing was heard: the figure would be made up. */
    private static void decimal(JsonGenerator json, String name, double value, LegReport report) throws IOException {
        if (report.received() == 0) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, rounded(value));
        }
    }

    private static void payments(JsonGenerator json, List<PaymentView> payments) throws IOException {
        json.writeArrayFieldStart("payments");
        for (PaymentView payment : payments) {
            json.writeStartObject();
            json.writeStringField("id", payment.id());
            json.writeStringField("result", result(payment));
            json.writeStringField("errorCode", payment.errorCode().orElse(null));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String result(PaymentView payment) {
        return payment.outcome()
                .orElse(payment.state())
                .name()
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
    }

    private static void instant(JsonGenerator json, String name, @Nullable Instant at) throws IOException {
        json.writeStringField(
                name, at == null ? null : at.truncatedTo(ChronoUnit.MILLIS).toString());
    }

    private static void duration(JsonGenerator json, String name, @Nullable Duration duration) throws IOException {
        if (duration == null) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, duration.toMillis());
        }
    }

    @FunctionalInterface
    private interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    private static String write(Members members) {
        StringWriter text = new StringWriter(USUAL_CHARS);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string does not fail
        }
        return text.toString();
    }
}
