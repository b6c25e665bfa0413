package sotto.pci.capture;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.pci.card.Card;
import sotto.pci.psp.Charge;
import sotto.pci.psp.Gateway;
import sotto.pci.psp.Outcome;

/**
 * Payments at their gateway, a thread each: sent once, and asked for where there is doubt, never sent again. Thread-safe.
 *
 * <pre>
 *  take  Approved, Declined, NotSent                               told to the session
 *        Unknown                                                   told; then lookUp after 1, 2, 4, … s
 *          lookUp  Approved, Declined, NotSent                     told; counted as resolved
 *                  Unknown to the last, or the program ends        stays UNKNOWN; counted as unresolved
 * </pre>
 */
final class Submissions {
    private static final Logger LOG = LoggerFactory.getLogger(Submissions.class);
    private static final int LOOK_UPS = 10; // the last one after 17 minutes

    private final Map<String, Gateway> gateways;
    private final PaymentThreads threads;
    private final Results results;
    private final AtomicInteger doubtful = new AtomicInteger();

    Submissions(Map<String, Gateway> gateways, PaymentThreads threads, Results results) {
        this.gateways = gateways;
        this.threads = threads;
        this.results = results;
    }

    /** Doubtful payments that are being asked for now. */
    int doubtful() {
        return doubtful.get();
    }

    /** Sends a payment; the answer goes to its session. */
    void send(PaymentSession session, Card card, Charge charge) {
        Gateway gateway = Objects.requireNonNull(gateways.get(session.connector()));
        threads.start("gateway-" + session.id(), () -> {
            Outcome answer = unlessItFails(charge, () -> gateway.take(card, charge));
            if (answer instanceof Outcome.Unknown) {
                doubtful.incrementAndGet();
                session.answered(charge, answer);
                resolve(session, gateway, charge);
            } else {
                session.answered(charge, answer);
            }
        });
    }

    private static Outcome unlessItFails(Charge charge, Supplier<Outcome> adapter) {
        try {
            return adapter.get();
        } catch (Throwable e) { // an adapter's fault, a class that is missing too: nobody can tell how far it came
            LOG.error("payment {}: the gateway adapter failed; the payment is UNKNOWN", charge.paymentId(), e);
            return new Outcome.Unknown("the adapter failed");
        }
    }

    /** Asks what became of a doubtful payment, ever less often; charges nothing. */
    private void resolve(PaymentSession session, Gateway gateway, Charge charge) {
        int asked = 0;
        try {
            while (asked < LOOK_UPS && !threads.awaitClosing(Duration.ofSeconds(1L << asked))) {
                asked++;
                Outcome outcome = unlessItFails(charge, () -> gateway.lookUp(charge));
                if (!(outcome instanceof Outcome.Unknown)) {
                    LOG.info("payment {} was UNKNOWN and is resolved after {} look-ups", session.id(), asked);
                    results.count("resolved");
                    session.answered(charge, outcome);
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            doubtful.decrementAndGet();
        }
        results.count("unresolved");
        LOG.warn(
                "payment {} stays UNKNOWN after {} look-ups; look into the gateway's own records before charging again",
                session.id(),
                asked);
    }
}
