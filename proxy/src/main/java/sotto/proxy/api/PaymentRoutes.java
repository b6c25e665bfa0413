package sotto.proxy.api;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Optional;
import sotto.pci.Payments;
import sotto.pci.capture.Field;
import sotto.pci.capture.PaymentRequest;
import sotto.pci.capture.Verb;
import sotto.proxy.b2bua.CallView;

/** Payments: started, driven and followed. Runs on the event loop; what blocks does not. */
final class PaymentRoutes {
    private static final int MOST_BODY_BYTES = 64 * 1024;

    private final CallDirectory calls;
    private final Payments payments;
    private final Replies replies;

    PaymentRoutes(CallDirectory calls, Payments payments, Replies replies) {
        this.calls = calls;
        this.payments = payments;
        this.replies = replies;
    }

    void on(Router router) {
        BodyHandler body = BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES);
        router.post("/v1/calls/:id/payments").handler(body).handler(this::start);
        router.get("/v1/payments/:id").handler(this::one);
        router.get("/v1/payments/:id/events").handler(this::events);
        router.post("/v1/payments/:id/:verb").handler(body).handler(this::apply);
    }

    private void start(RoutingContext routing) {
        String call = Replies.pathParam(routing, "id");
        String body = routing.body().asString();
        replies.send(routing, 201, () -> {
            PaymentRequest request = PaymentBody.start(body);
            CallView found = calls.find(call).orElseThrow(Problem::unknownCall);
            return PaymentJson.of(payments.start(found.id(), request));
        });
    }

    private void one(RoutingContext routing) {
        String id = Replies.pathParam(routing, "id");
        replies.send(routing, 200, () -> payments.find(id).map(PaymentJson::of).orElseThrow(Problem::unknownPayment));
    }

    private void apply(RoutingContext routing) {
        String id = Replies.pathParam(routing, "id");
        String name = Replies.pathParam(routing, "verb");
        String body = routing.body().asString();
        replies.send(routing, 200, () -> {
            Verb verb = PaymentBody.verbNamed(name);
            Optional<Field> field = PaymentBody.verb(body);
            return PaymentJson.of(payments.apply(id, verb, field));
        });
    }

    private void events(RoutingContext routing) {
        EventStream.open(routing, payments);
    }
}
