package sotto.proxy.trunk;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.proxy.config.PeerSettings;

/**
 * Whether a peer is there, from the answers to OPTIONS. Thread-safe. One lost packet does not take it down, and one that
 * gets through does not bring it back.
 *
 * <pre>
 *  down-after 3, up-after 2
 *  answers   yes no no yes no no no  yes yes
 *  state     up  up up up  up up down down up
 * </pre>
 *
 * <p>A peer that nobody asks is {@link State#UNPROBED}, and is tried like one that is up.
 */
public final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    /** What is known. */
    public enum State {
        UP,
        DOWN,
        UNPROBED
    }

    private final String name;
    private final Optional<PeerSettings.Probing> probing;
    private State state;
    private int against; // answers in a row that speak against the state

    Health(String name, Optional<PeerSettings.Probing> probing) {
        this.name = name;
        this.probing = probing;
        this.state = probing.isPresent() ? State.UP : State.UNPROBED;
    }

    public synchronized State state() {
        return state;
    }

    /** False only where it is known to be down. */
    public boolean isWorthTrying() {
        return state() != State.DOWN;
    }

    /** A question was answered, or not. */
    public void heard(boolean answered) {
        if (probing.isPresent()) {
            heard(answered, probing.get());
        }
    }

    private synchronized void heard(boolean answered, PeerSettings.Probing rule) {
        if (answered == (state == State.UP)) {
            against = 0;
            return;
        }
        against++;
        if (state == State.UP && against >= rule.downAfter()) {
            state = State.DOWN;
            against = 0;
            LOG.warn(
                    "peer {} is down: {} OPTIONS in a row without an answer; calls go to the next peer of their route, and"
                            + " here only where there is no other; look at the peer and the way to it",
                    name,
                    rule.downAfter());
        } else if (state == State.DOWN && against >= rule.upAfter()) {
            state = State.UP;
            against = 0;
            LOG.info("peer {} is up again: {} OPTIONS in a row answered", name, rule.upAfter());
        }
    }
}
