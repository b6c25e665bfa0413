package sotto.proxy.sip.digest;

import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who we are to one peer, and how often it did not believe it. Thread-safe. */
public final class DigestUser {
    private static final Logger LOG = LoggerFactory.getLogger(DigestUser.class);

    private final String peer;
    private final String user;
    private final Secret secret;
    private final Set<Algorithm> allowed;
    private final LongAdder refused = new LongAdder();
    private final AtomicBoolean isRefused = new AtomicBoolean();
    private final AtomicBoolean isUnreadable = new AtomicBoolean();

    /**
     * @param peer its name, for the log
     * @param allowed what may be used: who can change messages on the way could leave only the weakest in a challenge
     */
    public DigestUser(String peer, String user, Secret secret, Set<Algorithm> allowed) {
        this.peer = peer;
        this.user = user;
        this.secret = secret;
        this.allowed = Set.copyOf(allowed);
    }

    String user() {
        return user;
    }

    Secret secret() {
        return secret;
    }

    boolean allows(Algorithm algorithm) {
        return allowed.contains(algorithm);
    }

    /** It asked again after they were sent, or for what we do not give. */
    public void refused() {
        refused.increment();
        if (!isRefused.getAndSet(true)) {
            LOG.warn(
                    "peer {} does not take our credentials: it asks again after they were sent, or for an algorithm that"
                            + " its digest does not name; requests to it fail; compare user and password-file of its section"
                            + " with what it has; said once until it takes them",
                    peer);
        }
    }

    /** It went on after they were sent. */
    public void accepted() {
        if (isRefused.getAndSet(false)) {
            LOG.info("peer {} takes our credentials again", peer);
        }
    }

    /** The file could not be read: the request goes out without them. */
    void unreadable() {
        if (!isUnreadable.getAndSet(true)) {
            LOG.warn(
                    "the password of peer {} cannot be read from {}; requests to it, and its own where it has to"
                            + " authenticate, fail; correct the file's owner and mode; said once",
                    peer,
                    secret);
        }
    }

    /** Requests that ended with a challenge. */
    public long refusals() {
        return refused.sum();
    }
}
