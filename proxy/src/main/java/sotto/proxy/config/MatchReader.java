package sotto.proxy.config;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/** Reads the section {@code match} of a peer. Stateless. */
final class MatchReader {
    private static final String USER = "[A-Za-z0-9._+-]{1,64}";

    private MatchReader() {}

    /** @param peer keys of the peer */
    static PeerMatch match(Section peer) {
        Section keys = peer.section("match");
        Optional<String> certificate = keys.text(
                "certificate",
                "a host name, a SIP domain or an address",
                "write one that stands in subjectAltName of its certificate, such as sip.carrier.example",
                MatchReader::host);
        Optional<PeerMatch.Party> identity = keys.text(
                "identity",
                "a domain or user@domain",
                "write what stands in its From, or in P-Asserted-Identity",
                MatchReader::party);
        boolean digest = keys.flag("digest", false);
        boolean source = keys.flag("source", !digest && !keys.has("certificate"));
        keys.end();
        if (digest && !(peer.has("user") && peer.has("password-file"))) {
            keys.problem("digest", "=true needs a password to ask for; write user and password-file beside match");
        }
        PeerMatch match = new PeerMatch(source, certificate, identity, digest);
        if (!source && !digest && !keys.has("certificate")) {
            keys.problem(
                    "source",
                    "=false leaves nothing that proves who calls, for From is what anybody may write; add certificate, or"
                            + " digest: true, or leave this out");
            return PeerMatch.SOURCE;
        }
        return match;
    }

    private static Optional<String> host(String text) {
        Optional<InetAddress> address = HostPort.literal(text);
        return address.isPresent()
                ? address.map(InetAddress::getHostAddress)
                : HostPort.parse(text).filter(a -> a.port().isEmpty()).map(a -> a.host()
                        .toLowerCase(Locale.ROOT));
    }

    private static Optional<PeerMatch.Party> party(String text) {
        int at = text.indexOf('@');
        if (at >= 0 && !text.substring(0, at).matches(USER)) {
            return Optional.empty();
        }
        Optional<String> user = at < 0 ? Optional.empty() : Optional.of(text.substring(0, at));
        return host(text.substring(at + 1)).map(domain -> new PeerMatch.Party(user, domain));
    }
}
