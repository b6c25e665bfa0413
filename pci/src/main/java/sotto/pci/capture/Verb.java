package sotto.pci.capture;

import java.util.Locale;

/** What an agent can do to a payment. */
public enum Verb {
    CAPTURE,
    RESET_FIELD,
    RESET_ALL,
    CONFIRM,
    SUBMIT,
    CANCEL,
    HAND_BACK,
    EXTEND,
    RETRY;

    /** Lower case with hyphens. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
