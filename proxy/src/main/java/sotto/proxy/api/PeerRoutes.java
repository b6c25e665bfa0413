package sotto.proxy.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.Locale;
import sotto.proxy.trunk.PeerView;

/** {@code /v1/peers}: trunks and the peers behind them. Stateless. */
record PeerRoutes(CallDirectory calls, Replies replies) {
    void on(Router router) {
        router.get("/v1/peers").handler(routing -> replies.send(routing, 200, this::all));
    }

    private JsonArray all() {
        JsonArray array = new JsonArray();
        calls.peers().forEach(peer -> array.add(json(peer)));
        return array;
    }

    private static JsonObject json(PeerView peer) {
        return new JsonObject()
                .put("name", peer.name())
                .put("side", peer.side().name().toLowerCase(Locale.ROOT))
                .put("realm", peer.realm())
                .put("address", peer.address())
                .put("transport", peer.transport())
                .put("health", peer.health().name().toLowerCase(Locale.ROOT))
                .put(
                        "servers",
                        new JsonArray(
                                peer.servers().stream().map(PeerRoutes::json).toList()))
                .put("calls", peer.calls())
                .put("attempts", peer.attempts())
                .put("failedOver", peer.failedOver())
                .put("overLimit", peer.overLimit())
                .put("registered", peer.registered().name().toLowerCase(Locale.ROOT))
                .put("refusedCredentials", peer.refusedCredentials())
                .put("wrongCredentials", peer.wrongCredentials());
    }

    private static JsonObject json(PeerView.Server server) {
        return new JsonObject()
                .put("address", server.address())
                .put("transport", server.transport())
                .put("health", server.health().name().toLowerCase(Locale.ROOT));
    }
}
