package sotto.media.dtls;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The identity that new calls take: made when first asked for, and replaced daily. Thread-safe. */
public final class DtlsIdentities {
    private static final Duration IN_USE = Duration.ofDays(1);

    private final InstantSource clock;
    private final SecureRandom random;
    private @Nullable DtlsIdentity current;
    private long madeMs;

    /** @param clock of the certificates' validity */
    public DtlsIdentities(InstantSource clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /** The one for a call that starts now. */
    public synchronized DtlsIdentity current() {
        DtlsIdentity held = current;
        if (held == null || Math.abs(clock.millis() - madeMs) >= IN_USE.toMillis()) {
            held = DtlsIdentity.create(random, clock.instant());
            current = held;
            madeMs = clock.millis();
        }
        return held;
    }
}
