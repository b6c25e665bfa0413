package sotto.pci.capture;

/** Where a payment stands. */
public enum PaymentState {
    CREATED,
    ARM_FAILED,
    ARMED,
    CAPTURING,
    FIELD_OK,
    FIELD_ERROR,
    READY,
    SUBMITTING,
    AUTHORISED,
    CAPTURED,
    TOKENISED,
    DECLINED,
    UNKNOWN,
    FAILED,
    CANCELLED,
    CALLER_HUNG_UP,
    HANDED_BACK,
    CLOSED
}
