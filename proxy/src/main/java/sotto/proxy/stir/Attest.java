package sotto.proxy.stir;

/** How far the signer vouches for a number, strongest first (RFC 8588 §4, ATIS-1000074 §5.2.3). */
public enum Attest {
    /** It knows the caller, and the caller's right to the number. */
    A,
    /** It knows the caller. */
    B,
    /** The call came in through it. */
    C
}
