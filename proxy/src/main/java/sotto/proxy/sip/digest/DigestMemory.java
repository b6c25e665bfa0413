package sotto.proxy.sip.digest;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The challenges that one dialog has met; later requests of it are answered before they are asked (RFC 3261 §22.3, RFC 7616
 * §3.6). Owned by its dialog, used by one thread at a time.
 *
 * <pre>
 *  response to a request             sent again
 *  401, 407, the first one           with the strongest algorithm of each realm that we have and may use (RFC 8760 §2.5)
 *  another realm asks as well        with both
 *  same realm, stale=true            with the new nonce
 *  same realm                        not: our credentials are not the ones
 *  a third one                       not, whatever it says
 * </pre>
 */
public final class DigestMemory {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int CNONCE_BYTES = 16;
    private static final int MOST_REALMS = 4;
    private static final int MOST_TRIES = 2;

    private final DigestUser user;
    private final Map<Place, Met> met = new LinkedHashMap<>();
    private long inviteCseq;
    private Map<String, String> ofInvite = Map.of();

    /** Who asks: proxies and servers may have realms of the same name. */
    private record Place(boolean isProxy, String realm) {}

    private static final class Met {
        private final Challenge challenge;
        private int count;

        private Met(Challenge challenge) {
            this.challenge = challenge;
        }
    }

    public DigestMemory(DigestUser user) {
        this.user = user;
    }

    public DigestUser user() {
        return user;
    }

    /**
     * Learns what a 401 or 407 asks for.
     *
     * @param challenges text of each of its headers
     * @param tries how often this request was sent again before
     * @return whether it is worth sending once more
     */
    public boolean learn(boolean isProxy, List<String> challenges, int tries) {
        boolean isWorthIt = false;
        for (Challenge challenge : strongest(challenges)) {
            Place place = new Place(isProxy, challenge.realm());
            Met before = met.get(place);
            boolean isNew = before == null
                    || (challenge.isStale() && !before.challenge.nonce().equals(challenge.nonce()));
            if (tries < MOST_TRIES && (tries == 0 || isNew) && (before != null || met.size() < MOST_REALMS)) {
                met.put(place, new Met(challenge));
                isWorthIt = true;
            }
        }
        return isWorthIt;
    }

    /** One a realm. */
    private List<Challenge> strongest(List<String> challenges) {
        Map<String, Challenge> byRealm = new LinkedHashMap<>();
        for (String header : challenges) {
            Optional<Challenge> challenge = Challenge.parse(header).filter(c -> user.allows(c.algorithm()));
            challenge.ifPresent(c -> byRealm.merge(
                    c.realm(),
                    c,
                    (known, other) -> other.algorithm().compareTo(known.algorithm()) > 0 ? other : known));
        }
        return List.copyOf(byRealm.values());
    }

    /** Headers with credentials, by name; a line for each where there are several. Empty before the first challenge. */
    public Map<String, String> credentials(String method, String uri, long cseq) {
        Map<String, List<String>> lines = new LinkedHashMap<>();
        try {
            for (Map.Entry<Place, Met> entry : met.entrySet()) {
                String name = entry.getKey().isProxy() ? "Proxy-Authorization" : "Authorization";
                lines.computeIfAbsent(name, n -> new ArrayList<>()).add(answer(entry.getValue(), method, uri));
            }
        } catch (IOException e) {
            user.unreadable();
            lines.clear();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        lines.forEach((name, values) -> headers.put(name, String.join("\n", values)));
        if (method.equals("INVITE")) {
            inviteCseq = cseq;
            ofInvite = headers;
        }
        return headers;
    }

    /** The same for the ACK of that INVITE's 2xx: it cannot be challenged (RFC 3261 §22.1). */
    public Map<String, String> ofInvite(long cseq) {
        return cseq == inviteCseq ? ofInvite : Map.of();
    }

    private String answer(Met met, String method, String uri) throws IOException {
        Challenge challenge = met.challenge;
        met.count++;
        Digest digest = new Digest(
                challenge.algorithm(),
                challenge.realm(),
                challenge.nonce(),
                challenge.hasQop() ? HexFormat.of().toHexDigits(met.count) : "",
                cnonce());
        StringBuilder text = new StringBuilder("Digest username=\"").append(user.user());
        text.append("\", realm=\"").append(challenge.realm());
        text.append("\", nonce=\"").append(challenge.nonce());
        text.append("\", uri=\"").append(uri);
        text.append("\", response=\"").append(digest.response(user.user(), user.secret(), method, uri));
        text.append('"');
        if (challenge.isNamed()) {
            text.append(", algorithm=").append(challenge.algorithm().token());
        }
        challenge
                .opaque()
                .ifPresent(opaque -> text.append(", opaque=\"").append(opaque).append('"'));
        if (challenge.hasQop()) {
            text.append(", qop=auth, nc=").append(digest.count());
            text.append(", cnonce=\"").append(digest.cnonce()).append('"');
        }
        return text.toString();
    }

    private static String cnonce() {
        byte[] octets = new byte[CNONCE_BYTES];
        RANDOM.nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }
}
