package sotto.pci.capture;

/** What a caller can be asked to key; wire names as in Pay vocabularies. */
public enum Field {
    PAYMENT_CARD_NUMBER("payment-card-number"),
    EXPIRATION_DATE("expiration-date"),
    SECURITY_CODE("security-code"),
    POSTAL_CODE("postal-code");

    private final String wireName;

    Field(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
