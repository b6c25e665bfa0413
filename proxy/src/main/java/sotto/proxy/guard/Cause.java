package sotto.proxy.guard;

import java.util.Locale;

/** Why a message or connection was dropped before anything read it. Names are labels of a metric. */
public enum Cause {
    /** More than its rate. */
    FLOOD,
    /** It says that it is a scanner. */
    SCANNER,
    /** Wrong passwords, one after the other. */
    WRONG_PASSWORD,
    /** Somebody said so. */
    BY_HAND,
    /** In {@code sip.guard.deny}; no ban. */
    DENIED,
    /** All strangers together were too many; no ban. */
    STRANGER_LIMIT;

    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
