package sotto.pci.card;

/** Card types by their published names in Pay vocabularies. */
public enum CardBrand {
    VISA,
    MASTERCARD,
    AMEX,
    DISCOVER,
    JCB,
    DINERS_CLUB,
    MAESTRO,
    UNIONPAY,
    UNKNOWN
}
