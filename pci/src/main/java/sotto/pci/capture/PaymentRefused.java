package sotto.pci.capture;

/** A request that cannot be done; nothing has changed. */
public final class PaymentRefused extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why; the name in lower case with hyphens is the problem document's type. */
    public enum Reason {
        UNKNOWN_CALL,
        CALL_NOT_ANSWERED,
        UNKNOWN_PAYMENT,
        PAYMENT_IN_PROGRESS,
        INVALID_AMOUNT,
        INVALID_CURRENCY,
        INVALID_FIELDS,
        UNKNOWN_CONNECTOR,
        VERB_NOT_ALLOWED,
        ARM_FAILED,
        IDEMPOTENCY_KEY_REUSED
    }

    private final Reason reason;

    /**
     * @param detail a sentence a person can act on; never a digit
     */
    public PaymentRefused(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
