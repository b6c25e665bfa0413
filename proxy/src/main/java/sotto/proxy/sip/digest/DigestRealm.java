package sotto.proxy.sip.digest;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * All who may be asked for a password, with nonces in common: so that somebody can be asked before it is known who it is.
 * Thread-safe.
 */
public final class DigestRealm {
    static final String NAME = "sotto";

    private final Nonces nonces;

    public DigestRealm(long nowNs) {
        this.nonces = new Nonces(nowNs);
    }

    /** Asks one of them. */
    public DigestGuard guard(DigestUser user) {
        return new DigestGuard(user, nonces);
    }

    /**
     * Values of WWW-Authenticate, a line each, for somebody who may be any of these users: with all algorithms that one of
     * them may use, for it is not known which. Who then takes one that is not his gets no further.
     *
     * @param address where they are sent to
     */
    public String challenges(List<DigestUser> users, InetAddress address, long nowNs) {
        return DigestGuard.challenges(
                algorithm -> users.stream().anyMatch(user -> user.allows(algorithm)), nonces.make(address, nowNs), "");
    }

    /**
     * Whether credentials answer what was sent to that address. Else somebody may have forged the source, and not the one
     * at that address is to blame for them.
     */
    public boolean asked(InetAddress address, List<String> authorizations, long nowNs) {
        return DigestGuard.credentials(authorizations)
                .filter(fields -> nonces.wasSentTo(address, fields.text("nonce"), nowNs))
                .isPresent();
    }

    /**
     * Who somebody says it is; nothing is proved by that.
     *
     * @param authorizations text of each of its Authorization headers
     * @return user name of the credentials for this realm; empty where there are none
     */
    public static Optional<String> userName(List<String> authorizations) {
        return DigestGuard.credentials(authorizations).map(fields -> fields.text("username"));
    }
}
