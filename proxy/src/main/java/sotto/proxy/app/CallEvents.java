package sotto.proxy.app;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.proxy.b2bua.CallEnd;
import sotto.proxy.b2bua.CallListener;
import sotto.proxy.b2bua.CallView;

/**
 * Tells every listener, in order; one that fails is logged and does not keep the next from being told. Thread-safe.
 *
 * @param listeners first the one that wipes digits
 */
record CallEvents(List<CallListener> listeners) implements CallListener {
    private static final Logger LOG = LoggerFactory.getLogger(CallEvents.class);

    @Override
    public void answered(CallView call, Duration setupAdded) {
        tell(listener -> listener.answered(call, setupAdded));
    }

    @Override
    public void ended(CallEnd end) {
        tell(listener -> listener.ended(end));
    }

    @Override
    public void refused(String cause, int sipStatus) {
        tell(listener -> listener.refused(cause, sipStatus));
    }

    @Override
    public void verified(String result) {
        tell(listener -> listener.verified(result));
    }

    @Override
    public void signed(String attest) {
        tell(listener -> listener.signed(attest));
    }

    private void tell(Consumer<CallListener> event) {
        for (CallListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                LOG.error("{} failed on a call's event; the call goes on, what it counts may be short", listener, e);
            }
        }
    }

    /** Tells payments that a call is over. */
    record WipeAtEnd(Consumer<String> callEnded) implements CallListener {
        @Override
        public void answered(CallView call, Duration setupAdded) {
            // nothing to wipe yet
        }

        @Override
        public void ended(CallEnd end) {
            callEnded.accept(end.call().id());
        }

        @Override
        public void refused(String cause, int sipStatus) {
            // there was no call
        }
    }
}
