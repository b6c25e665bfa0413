package sotto.proxy.app;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.pci.Payments;
import sotto.pci.capture.PaymentRefused;
import sotto.pci.capture.PaymentState;
import sotto.pci.capture.PaymentView;
import sotto.proxy.b2bua.CallEnd;
import sotto.proxy.b2bua.CallListener;
import sotto.proxy.b2bua.CallView;
import sotto.proxy.cdr.Cdrs;

/**
 * Writes a call's record and its log line when it is over. A payment that was at the gateway then is followed until its
 * outcome is known, which goes into the record too. Thread-safe.
 *
 * @param made payments of a call that is over; asked once
 */
record CallRecorder(Function<String, List<PaymentView>> made, Payments payments, Cdrs cdrs) implements CallListener {
    private static final Logger LOG = LoggerFactory.getLogger(CallRecorder.class);

    @Override
    public void answered(CallView call, Duration setupAdded) {
        cdrs.answered(call);
    }

    @Override
    public void refused(String cause, int sipStatus) {
        LOG.debug("refused: {} with {}", cause, sipStatus); // counted; a flood of them must not fill the log
    }

    @Override
    public void ended(CallEnd end) {
        List<PaymentView> payments = made.apply(end.call().id());
        cdrs.ended(end, payments);
        CallLog.ended(end, payments);
        payments.stream().filter(CallRecorder::isOpen).forEach(this::follow);
    }

    /** Its outcome is not there yet, or may still change. */
    private static boolean isOpen(PaymentView payment) {
        return payment.state() != PaymentState.CLOSED
                && payment.outcome().map(o -> o == PaymentState.UNKNOWN).orElse(true);
    }

    @SuppressWarnings("MustBeClosedChecker") // it ends by itself, with the payment
    private void follow(PaymentView payment) {
        try {
            payments.subscribe(payment.id(), new Follower(payment));
        } catch (PaymentRefused e) {
            LOG.warn(
                    "payment {} of an ended call cannot be followed; its record says {}",
                    payment.id(),
                    payment.state());
        }
    }

    /** Told of each change of a payment, in order. */
    private final class Follower implements java.util.function.Consumer<PaymentView> {
        private PaymentView told;

        private Follower(PaymentView told) {
            this.told = told;
        }

        @Override
        public void accept(PaymentView now) {
            if (now.outcome().isPresent() && !now.outcome().equals(told.outcome())) {
                told = now;
                cdrs.paid(now.callId(), payments.ofCall(now.callId()));
            }
        }
    }
}
