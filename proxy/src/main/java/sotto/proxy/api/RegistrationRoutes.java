package sotto.proxy.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.Locale;
import sotto.proxy.location.BindingView;

/** {@code /v1/registrations}: phones that are registered through us. Stateless. */
record RegistrationRoutes(CallDirectory calls, Replies replies) {
    void on(Router router) {
        router.get("/v1/registrations").handler(routing -> replies.send(routing, 200, this::all));
    }

    private JsonArray all() {
        JsonArray array = new JsonArray();
        calls.registrations().forEach(binding -> array.add(json(binding)));
        return array;
    }

    private static JsonObject json(BindingView binding) {
        JsonObject json = new JsonObject()
                .put("record", binding.record())
                .put("peer", binding.peer())
                .put("contact", binding.contact())
                .put("received", binding.received())
                .put("transport", binding.transport().name().toLowerCase(Locale.ROOT))
                .put("nat", binding.isNat())
                .put("outbound", binding.isOutbound())
                .put("expires", binding.expires().toString());
        binding.answered().ifPresent(at -> json.put("answered", at.toString()));
        return json;
    }
}
