package sotto.media.ice;

/**
 * What offer and answer settled for ICE on one leg, where we are ICE-lite (RFC 8445 §2.5). Owns its credentials: a leg that
 * it is handed to closes it. Other user name fragments at a re-INVITE are an ICE restart (§9): the peer is sought anew.
 *
 * @param own ours, as our SDP told them
 * @param remoteUfrag the value of the peer's {@code a=ice-ufrag}; its password is not needed, as we send no checks
 */
public record IcePlan(IceCredentials own, String remoteUfrag) implements AutoCloseable {
    public IcePlan {
        if (remoteUfrag.length() < 4 || remoteUfrag.length() > 256) {
            throw new IllegalArgumentException("ICE user name fragment of " + remoteUfrag.length()
                    + " characters; it has 4 to 256 (RFC 8839 §5.4)");
        }
    }

    /** True where both are the same session: no restart. */
    public boolean matches(IcePlan other) {
        return remoteUfrag.equals(other.remoteUfrag) && own.matches(other.own);
    }

    /** Wipes our password. */
    @Override
    public void close() {
        own.close();
    }
}
