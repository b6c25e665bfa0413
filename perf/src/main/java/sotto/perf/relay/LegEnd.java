package sotto.perf.relay;

import java.net.InetSocketAddress;
import java.util.Optional;
import sotto.media.srtp.SrtpKeys;

/**
 * What a relay settled for one leg of a call.
 *
 * @param relay where it hears this leg
 * @param keys of SRTP, where the leg has it
 */
record LegEnd(InetSocketAddress relay, Optional<Keys> keys) {
    /**
     * Of both directions; whoever takes the record over closes them.
     *
     * @param ours what this leg sends with
     * @param theirs what the relay sends with
     */
    record Keys(SrtpKeys ours, SrtpKeys theirs) {}

    static LegEnd plain(InetSocketAddress relay) {
        return new LegEnd(relay, Optional.empty());
    }
}
