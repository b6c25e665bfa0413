package sotto.pci.capture;

/** What an agent can do to a payment; wire names are the lower-case names with hyphens. */
public enum Verb {
    CAPTURE,
    RESET_FIELD,
    RESET_ALL,
    CONFIRM,
    SUBMIT,
    CANCEL,
    HAND_BACK,
    EXTEND,
    RETRY
}
