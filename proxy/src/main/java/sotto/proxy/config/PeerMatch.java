package sotto.proxy.config;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a request has to show to be a peer's; all that is named here.
 *
 * @param source that it comes from an address of the peer
 * @param certificate a name in the certificate of the TLS connection that it came by, in lower case
 * @param identity whom From or P-Asserted-Identity names
 * @param digest the user name and password of the peer
 */
public record PeerMatch(boolean source, Optional<String> certificate, Optional<Party> identity, boolean digest) {
    /** The address alone. */
    public static final PeerMatch SOURCE = new PeerMatch(true, Optional.empty(), Optional.empty(), false);

    /**
     * A SIP identity.
     *
     * @param user any where empty
     * @param domain in lower case
     */
    public record Party(Optional<String> user, String domain) {
        /** @param uri user and host of a SIP URI */
        boolean isOf(String uri) {
            int at = uri.lastIndexOf('@');
            return uri.substring(at + 1).toLowerCase(Locale.ROOT).equals(domain)
                    && (user.isEmpty() || user.get().equals(uri.substring(0, Math.max(0, at))));
        }
    }

    /** True where the peer is known before it has shown its password; else by its user name only. */
    public boolean isBySight() {
        return source || certificate.isPresent();
    }

    /**
     * True where all but the password is shown.
     *
     * @param fromItsAddress whether it comes from an address of the peer
     * @param certificates names in the certificate of its connection, in lower case
     * @param identities user@host of each SIP URI in From and P-Asserted-Identity
     */
    public boolean fits(boolean fromItsAddress, Set<String> certificates, Set<String> identities) {
        return (!source || fromItsAddress)
                && (certificate.isEmpty() || certificates.contains(certificate.get()))
                && (identity.isEmpty() || identities.stream().anyMatch(identity.get()::isOf));
    }

    /** Of two that fit, the one that asks for more is meant: certificate, user@domain, domain, address. */
    public int strength() {
        int ofIdentity = identity.map(party -> party.user().isPresent() ? 4 : 2).orElse(0);
        return (certificate.isPresent() ? 8 : 0) + ofIdentity + (source ? 1 : 0);
    }
}
