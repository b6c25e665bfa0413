package sotto.pci.capture;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who follows a payment. Told in order, for the session tells while it holds itself. */
final class Followers {
    private static final Logger LOG = LoggerFactory.getLogger(Followers.class);

    private final List<Consumer<PaymentView>> all = new CopyOnWriteArrayList<>();

    AutoCloseable add(Consumer<PaymentView> follower) {
        all.add(follower);
        return () -> all.remove(follower);
    }

    void tell(PaymentView view) {
        all.removeIf(follower -> !takes(follower, view));
    }

    private static boolean takes(Consumer<PaymentView> follower, PaymentView view) {
        try {
            follower.accept(view);
            return true;
        } catch (RuntimeException e) {
            LOG.warn("payment {}: a follower failed and is dropped", view.id(), e);
            return false;
        }
    }

    void clear() {
        all.clear();
    }
}
