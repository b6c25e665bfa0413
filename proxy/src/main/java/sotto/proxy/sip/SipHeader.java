package sotto.proxy.sip;

/**
 * A header that is written as it is, beside those that make the message.
 *
 * @param value without line ends and other control characters
 */
public record SipHeader(String name, String value) {
    public SipHeader {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a control character in a value of " + name);
        }
    }

    /** Names are the same in any case (RFC 3261 §7.3.1). */
    public boolean isNamed(String other) {
        return name.equalsIgnoreCase(other);
    }
}
