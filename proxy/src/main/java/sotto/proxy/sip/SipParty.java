package sotto.proxy.sip;

/**
 * Who calls, or is called: what of an address crosses from one side to the other.
 *
 * @param display display name; empty where none
 * @param user user part, as written; empty where none
 */
public record SipParty(String display, String user) {
    /** Who wants not to be known; its host is {@code anonymous.invalid} (RFC 3323 §4.1.1.3). */
    public static final SipParty ANONYMOUS = new SipParty("Anonymous", "anonymous");
}
