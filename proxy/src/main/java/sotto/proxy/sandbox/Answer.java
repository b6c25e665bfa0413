package sotto.proxy.sandbox;

import io.vertx.core.json.JsonObject;

/** An HTTP answer, kept for as long as its idempotency key. */
record Answer(int status, JsonObject body) {}
