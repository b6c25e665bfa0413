package sotto.pci.psp;

/** What a gateway said, or did not. */
public sealed interface Outcome {
    /**
     * Done.
     *
     * @param reference the gateway's charge id, or token
     */
    record Approved(String reference) implements Outcome {}

    /**
     * Refused by gateway or issuer: surely not charged.
     *
     * @param code the gateway's error code
     * @param message for the agent; never a digit
     */
    record Declined(String code, String message) implements Outcome {}

    /**
     * Surely not charged, for the request never left or was refused as a request.
     *
     * @param reason for the NOC
     */
    record NotSent(String reason) implements Outcome {}

    /**
     * Nobody can tell: it may have been charged. Resolved by {@link Gateway#lookUp}, never by charging again.
     *
     * @param reason for the NOC
     */
    record Unknown(String reason) implements Outcome {}
}
