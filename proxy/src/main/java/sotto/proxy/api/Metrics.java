package sotto.proxy.api;

import java.time.Duration;
import java.util.function.LongSupplier;
import sotto.media.MediaCounters;
import sotto.pci.Payments;
import sotto.proxy.b2bua.CallEnd;
import sotto.proxy.b2bua.CallListener;
import sotto.proxy.b2bua.CallView;

/** What Prometheus reads: events of calls are counted here, totals of the planes are read when the page is. Thread-safe. */
public final class Metrics implements CallListener {
    /**
     * @param logDigitsSuppressed log lines in which something like a card number was suppressed
     */
    public Metrics(MediaCounters media, Payments payments, LongSupplier logDigitsSuppressed) {}

    @Override
    public void answered(CallView call, Duration setupAdded) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void ended(CallEnd end) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void refused(String cause, int sipStatus) {
        throw new UnsupportedOperationException();
    }

    /** The page in the Prometheus text format, version 0.0.4. */
    public String page() {
        throw new UnsupportedOperationException();
    }
}
