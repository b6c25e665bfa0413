package sotto.proxy.location;

import java.util.Locale;

/** What became of a REGISTER of a phone; a label of a metric. */
public enum Result {
    /** 2xx, a binding that was not there. */
    ADDED,
    /** 2xx, it was there. */
    RENEWED,
    /** 2xx, it is gone. */
    REMOVED,
    /** 2xx, the phone only asked. */
    ASKED,
    /** 401, 407: the PBX wants a password. */
    CHALLENGED,
    /** Another status of the PBX. */
    REFUSED,
    /** We did not let it through: bad, of a domain that is nobody's, or an extension that we have not. */
    BAD,
    /** No room: {@code most} or {@code most-per-user}. */
    FULL,
    /** The PBX did not answer. */
    LOST;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
