package sotto.pci;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import sotto.pci.audit.PaymentJournal;
import sotto.pci.capture.Field;
import sotto.pci.capture.KeySource;
import sotto.pci.capture.PaymentDesk;
import sotto.pci.capture.PaymentRefused;
import sotto.pci.capture.PaymentRequest;
import sotto.pci.capture.PaymentSettings;
import sotto.pci.capture.PaymentView;
import sotto.pci.capture.Verb;
import sotto.pci.psp.Gateway;

/** All payments of this process: the card plane's one door. Thread-safe. */
public final class Payments implements AutoCloseable {
    private final PaymentDesk desk;
    private final PaymentJournal journal;

    /**
     * Opens for payments.
     *
     * @param gateways by connector name, in order of preference; closed with this
     * @param journal closed with this
     */
    public Payments(KeySource audio, Map<String, Gateway> gateways, PaymentSettings settings, PaymentJournal journal) {
        this(audio, gateways, settings, journal, Clock.systemUTC());
    }

    /**
     * The same by another clock.
     *
     * @param clock what deadlines and expiry dates go by
     */
    public Payments(
            KeySource audio,
            Map<String, Gateway> gateways,
            PaymentSettings settings,
            PaymentJournal journal,
            Clock clock) {
        this.journal = journal;
        this.desk = new PaymentDesk(audio, gateways, settings, journal::append, clock);
    }

    /**
     * Starts secure-pay on a call: the mask is on at every sink when this returns.
     *
     * @throws PaymentRefused with the reason; the call goes on unchanged
     */
    public PaymentView start(String callId, PaymentRequest request) throws PaymentRefused {
        return desk.start(callId, request);
    }

    /**
     * Does a verb.
     *
     * @param field for {@link Verb#CAPTURE} and {@link Verb#RESET_FIELD}
     */
    public PaymentView apply(String paymentId, Verb verb, Optional<Field> field) throws PaymentRefused {
        return desk.apply(paymentId, verb, field);
    }

    /** A payment under way, or one that ended within the last hour or so. */
    public Optional<PaymentView> find(String paymentId) {
        return desk.find(paymentId);
    }

    /** The payments of a call, oldest first, of the last hour or so. Walks through all: ask only where there may be one. */
    public List<PaymentView> ofCall(String callId) {
        return desk.ofCall(callId);
    }

    /** The payment that holds this call's mask now. */
    public Optional<PaymentView> active(String callId) {
        return desk.active(callId);
    }

    /**
     * Follows a payment: its state now, then each change, in order, until {@code CLOSED}. The listener runs on whatever
     * thread made the change and must not block.
     *
     * @return ends the subscription
     */
    public AutoCloseable subscribe(String paymentId, Consumer<PaymentView> listener) throws PaymentRefused {
        return desk.subscribe(paymentId, listener);
    }

    /** Tells that a call is over: its payment wipes its digits, unless it is at the gateway, whose answer is kept. */
    public void callEnded(String callId) {
        desk.callEnded(callId);
    }

    /**
     * What came of payments, by outcome in lower case with hyphens; for metrics. Each is counted when it is known: the
     * answer of a gateway at once, a further card on its own. {@code resolved} and {@code unresolved} tell what became of
     * those counted as {@code unknown}.
     */
    public Map<String, Long> results() {
        return desk.results();
    }

    /** Doubtful payments whose gateway is being asked what became of them. */
    public int doubtful() {
        return desk.doubtful();
    }

    /** Payments under way. */
    public int inProgress() {
        return desk.inProgress();
    }

    /** Journal records that could not be written. */
    public long journalFailures() {
        return journal.failures();
    }

    /** Cancels what is under way, wipes, waits for gateways that were asked. */
    @Override
    public void close() {
        desk.close();
        journal.close();
    }
}
