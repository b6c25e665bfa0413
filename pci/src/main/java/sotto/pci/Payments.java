package sotto.pci;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import sotto.pci.capture.Field;
import sotto.pci.capture.KeySource;
import sotto.pci.capture.PaymentRefused;
import sotto.pci.capture.PaymentRequest;
import sotto.pci.capture.PaymentSettings;
import sotto.pci.capture.PaymentView;
import sotto.pci.capture.Verb;
import sotto.pci.psp.Gateway;

/** All payments of this process. Thread-safe. */
public final class Payments implements AutoCloseable {
    /**
     * @param gateways by connector name, in order of preference; closed with this
     */
    public Payments(KeySource audio, Map<String, Gateway> gateways, PaymentSettings settings) {
        throw new UnsupportedOperationException();
    }

    /**
     * Starts secure-pay on a call: the mask is on at every sink when this returns.
     *
     * @throws PaymentRefused with the reason; the call goes on unchanged
     */
    public PaymentView start(String callId, PaymentRequest request) throws PaymentRefused {
        throw new UnsupportedOperationException();
    }

    /**
     * Does a verb.
     *
     * @param field for {@link Verb#CAPTURE} and {@link Verb#RESET_FIELD}
     */
    public PaymentView apply(String paymentId, Verb verb, Optional<Field> field) throws PaymentRefused {
        throw new UnsupportedOperationException();
    }

    public Optional<PaymentView> find(String paymentId) {
        throw new UnsupportedOperationException();
    }

    /** The payment that holds this call's mask now. */
    public Optional<PaymentView> active(String callId) {
        throw new UnsupportedOperationException();
    }

    /**
     * Follows a payment: its state now, then each change, in order, until {@code CLOSED}. The listener runs on the
     * payment's own thread and must not block.
     *
     * @return ends the subscription
     */
    public AutoCloseable subscribe(String paymentId, Consumer<PaymentView> listener) throws PaymentRefused {
        throw new UnsupportedOperationException();
    }

    /** Tells that a call is over: its payment wipes its digits, unless it is at the gateway, whose answer is kept. */
    public void callEnded(String callId) {
        throw new UnsupportedOperationException();
    }

    /** Payments that ended, by final state; for metrics. */
    public Map<String, Long> results() {
        throw new UnsupportedOperationException();
    }

    /** Payments under way. */
    public int inProgress() {
        throw new UnsupportedOperationException();
    }

    /** Cancels what is under way, wipes, waits for gateways that were asked. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
