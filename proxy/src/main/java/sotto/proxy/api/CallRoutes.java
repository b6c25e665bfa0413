package sotto.proxy.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import sotto.media.worker.LegQuality;
import sotto.proxy.b2bua.CallView;

/** Calls: seen, and ended. Runs on the event loop. */
final class CallRoutes {
    private final CallDirectory calls;
    private final Replies replies;

    CallRoutes(CallDirectory calls, Replies replies) {
        this.calls = calls;
        this.replies = replies;
    }

    void on(Router router) {
        router.get("/v1/calls").handler(routing -> replies.send(routing, 200, this::all));
        router.get("/v1/calls/:id").handler(this::one);
        router.delete("/v1/calls/:id").handler(this::end);
    }

    private JsonArray all() {
        JsonArray array = new JsonArray();
        calls.list().forEach(call -> array.add(json(call)));
        return array;
    }

    private void one(RoutingContext routing) {
        String id = Replies.pathParam(routing, "id");
        replies.send(routing, 200, () -> json(calls.find(id).orElseThrow(Problem::unknownCall)));
    }

    private void end(RoutingContext routing) {
        String id = Replies.pathParam(routing, "id");
        replies.sendNothing(routing, () -> {
            if (!calls.hangUp(id)) {
                throw Problem.unknownCall();
            }
            return id;
        });
    }

    private static JsonObject json(CallView.IdentityView identity) {
        return new JsonObject()
                .put("verstat", identity.verstat().orElse(null))
                .put("reason", identity.reason().orElse(null))
                .put("attest", identity.attest().orElse(null))
                .put("origid", identity.origid().orElse(null))
                .put("certificate", identity.certificate().orElse(null));
    }

    private static JsonObject json(LegQuality quality) {
        return new JsonObject()
                .put("intervals", quality.intervals())
                .put("last", json(quality.last()))
                .put("worst", json(quality.worst()))
                .put("mean", json(quality.mean()))
                .put("far", quality.far().map(CallRoutes::json).orElse(null));
    }

    private static JsonObject json(LegQuality.Interval interval) {
        return new JsonObject()
                .put("lossPercent", rounded(interval.lossPercent()))
                .put("burstRatio", rounded(interval.burstRatio()))
                .put("jitterMs", rounded(interval.jitterMs()))
                .put("roundTripMs", rounded(interval.roundTripMs()))
                .put("mos", rounded(interval.mos()));
    }

    private static JsonObject json(LegQuality.Far far) {
        return new JsonObject()
                .put("lossPercent", rounded(far.lossPercent()))
                .put("jitterMs", rounded(far.jitterMs()))
                .put("roundTripMs", rounded(far.roundTripMs()))
                .put("mos", rounded(far.mos()));
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }

    private static @Nullable Double rounded(OptionalDouble value) {
        return value.isPresent() ? rounded(value.getAsDouble()) : null;
    }

    private static JsonObject json(CallView call) {
        JsonArray legs = new JsonArray();
        call.legs()
                .forEach(leg -> legs.add(new JsonObject()
                        .put("side", leg.side())
                        .put("peer", leg.peer())
                        .put("transport", leg.transport())
                        .put("srtp", leg.srtp())
                        .put("keying", leg.keying())
                        .put("codec", leg.codec())
                        .put("remote", leg.remote())
                        .put("sipCallId", leg.sipCallId())
                        .put("quality", leg.quality().map(CallRoutes::json).orElse(null))));
        return new JsonObject()
                .put("id", call.id())
                .put("state", call.state())
                .put("from", call.from())
                .put("to", call.to())
                .put("trunk", call.trunk())
                .put("callingSide", call.callingSide())
                .put("startedAt", call.startedAt().toString())
                .put("answeredAt", call.answeredAt().map(Instant::toString).orElse(null))
                .put("securePay", call.securePay())
                .put("callerMuted", call.callerMuted())
                .put("identity", call.identity().map(CallRoutes::json).orElse(null))
                .put("legs", legs);
    }
}
