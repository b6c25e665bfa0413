package sotto.pci.capture;

import java.util.Set;

/** Where a payment stands, and what an agent may do there. */
public enum PaymentState {
    CREATED,
    ARM_FAILED,
    ARMED(Verb.CAPTURE, Verb.RESET_FIELD, Verb.RESET_ALL, Verb.CANCEL, Verb.EXTEND),
    CAPTURING(Verb.CAPTURE, Verb.RESET_FIELD, Verb.RESET_ALL, Verb.CANCEL, Verb.EXTEND),
    FIELD_OK(Verb.CAPTURE, Verb.RESET_FIELD, Verb.RESET_ALL, Verb.CANCEL, Verb.EXTEND),
    FIELD_ERROR(Verb.CAPTURE, Verb.RESET_FIELD, Verb.RESET_ALL, Verb.CANCEL, Verb.EXTEND),
    READY(Verb.CONFIRM, Verb.SUBMIT, Verb.CAPTURE, Verb.RESET_FIELD, Verb.RESET_ALL, Verb.CANCEL, Verb.EXTEND),
    SUBMITTING,
    AUTHORISED(Verb.HAND_BACK),
    CAPTURED(Verb.HAND_BACK),
    TOKENISED(Verb.HAND_BACK),
    DECLINED(Verb.RETRY, Verb.HAND_BACK),
    UNKNOWN(Verb.HAND_BACK),
    FAILED(Verb.RETRY, Verb.HAND_BACK),
    CANCELLED,
    CALLER_HUNG_UP,
    HANDED_BACK,
    CLOSED;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of is
    private final Set<Verb> verbs;

    PaymentState(Verb... verbs) {
        this.verbs = Set.of(verbs);
    }

    /** Verbs that a payment in this state takes. */
    public Set<Verb> verbs() {
        return verbs;
    }
}
