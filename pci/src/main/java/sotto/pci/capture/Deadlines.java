package sotto.pci.capture;

import java.time.Clock;
import java.time.Instant;

/** The deadlines of one payment: of all of it, of the field in hand, of the pause between two keys. Guarded by its session. */
final class Deadlines {
    private final PaymentSettings settings;
    private final Clock clock;
    private Instant session = Instant.MAX;
    private Instant field = Instant.MAX;
    private Instant nextKey = Instant.MAX;

    Deadlines(PaymentSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        extend();
    }

    /** All of it starts anew. */
    void extend() {
        session = clock.instant().plus(settings.session());
    }

    /** A field is asked for. */
    void asked() {
        field = clock.instant().plus(settings.field());
        nextKey = Instant.MAX;
    }

    /** A key came. */
    void keyed() {
        nextKey = clock.instant().plus(settings.interDigit());
    }

    boolean isSessionOver() {
        return clock.instant().isAfter(session);
    }

    boolean isFieldOver() {
        return clock.instant().isAfter(field);
    }

    /** The caller stopped. */
    boolean isPauseOver() {
        return clock.instant().isAfter(nextKey);
    }
}
