package sotto.proxy.sip;

/**
 * Who calls, or is called: what of an address crosses from one side to the other.
 *
 * @param display display name; empty where none
 * @param user user part, as written; empty where none
 */
public record SipParty(String display, String user) {}
