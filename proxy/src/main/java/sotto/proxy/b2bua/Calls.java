package sotto.proxy.b2bua;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sotto.media.CallMedia;
import sotto.media.MediaPlane;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.SipSettings;

/** All calls of this process: a back-to-back user agent (RFC 7092) between one trunk and one agent-side peer. */
public final class Calls implements AutoCloseable {
    private Calls() {}

    /**
     * Binds SIP and takes calls.
     *
     * @throws java.io.IOException where a port cannot be bound; nothing is held then
     */
    public static Calls start(
            SipSettings sip, PeerSettings trunk, PeerSettings agents, MediaPlane media, CallListener listener)
            throws java.io.IOException {
        throw new UnsupportedOperationException();
    }

    /** Calls now, oldest first. */
    public List<CallView> list() {
        throw new UnsupportedOperationException();
    }

    /**
     * Finds a call now, or one ended in the last minutes.
     *
     * @param id ours, or the SIP Call-ID of either leg
     */
    public Optional<CallView> find(String id) {
        throw new UnsupportedOperationException();
    }

    /** The media of an answered call that is not over; {@code id} as in {@link #find}. */
    public Optional<CallMedia> media(String id) {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends a call: CANCEL or BYE to both sides.
     *
     * @return false where there is none
     */
    public boolean hangUp(String id) {
        throw new UnsupportedOperationException();
    }

    /** Takes no new call (503), waits for the running ones, at most this long. */
    public void drain(Duration atMost) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /** Ends what is left and frees the ports. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
