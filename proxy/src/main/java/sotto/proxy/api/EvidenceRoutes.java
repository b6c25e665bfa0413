package sotto.proxy.api;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import sotto.pci.Payments;
import sotto.pci.capture.PaymentState;
import sotto.pci.capture.PaymentView;
import sotto.proxy.evidence.Evidence;
import sotto.proxy.evidence.VerifyingKey;

/** Records of captures, and the key that they are checked with. Runs on the event loop; what blocks does not. */
final class EvidenceRoutes {
    private static final Pattern ID = Pattern.compile("pay_[0-9a-f]{1,64}");

    private final Payments payments;
    private final Evidence evidence;
    private final Replies replies;

    EvidenceRoutes(Payments payments, Evidence evidence, Replies replies) {
        this.payments = payments;
        this.evidence = evidence;
        this.replies = replies;
    }

    void on(Router router) {
        router.get("/v1/payments/:id/evidence").handler(this::one);
        router.get("/v1/evidence/key").handler(this::key);
    }

    private void one(RoutingContext routing) {
        String id = Replies.pathParam(routing, "id");
        replies.send(routing, 200, () -> record(id));
    }

    /** Of one that is not over nobody looks into the file, all of which is read for an old one. */
    private JsonObject record(String id) throws IOException {
        Optional<PaymentView> payment = payments.find(id);
        if (payment.filter(view -> view.state() != PaymentState.CLOSED).isPresent()) {
            throw new Problem(
                    404,
                    "no-evidence",
                    "the record is written when secure-pay has ended and the caller is heard again: ask once the payment"
                            + " is CLOSED");
        }
        Evidence.Signed record = (ID.matcher(id).matches() ? evidence.find(id) : Optional.<Evidence.Signed>empty())
                .orElseThrow(() -> payment.isPresent()
                        ? new Problem(
                                404,
                                "no-evidence",
                                "secure-pay has ended, but its record is not written yet; see sotto_evidence_waiting")
                        : Problem.unknownPayment());
        return new JsonObject().put("jws", record.jws()).put("payload", new JsonObject(record.payload()));
    }

    private void key(RoutingContext routing) {
        replies.send(routing, 200, () -> {
            VerifyingKey key = evidence.key();
            Evidence.Head head = evidence.head();
            JsonObject jwk = new JsonObject() // RFC 8037 §2
                    .put("kty", "OKP")
                    .put("crv", "Ed25519")
                    .put("x", key.x())
                    .put("alg", "EdDSA")
                    .put("use", "sig")
                    .put("kid", key.id());
            return new JsonObject()
                    .put("kid", key.id())
                    .put("pem", key.pem())
                    .put("jwk", jwk)
                    .put("records", head.records())
                    .put("lastHash", head.hash().isEmpty() ? null : head.hash());
        });
    }
}
