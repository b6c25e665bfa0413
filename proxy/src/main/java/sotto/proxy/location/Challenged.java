package sotto.proxy.location;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which nonce of a PBX was told to whom, so that a wrong password is held against who showed it and not against somebody in
 * whose name a datagram was sent. Thread-safe; the oldest are forgotten.
 */
final class Challenged {
    private static final int MOST = 10_000;
    private static final int LONGEST_NONCE = 256;
    private static final Pattern NONCE = Pattern.compile("(?i)(?:^|[\\s,])nonce\\s*=\\s*\"([^\"]*)\"");
    private static final Pattern STALE = Pattern.compile("(?i)[\\s,]stale\\s*=\\s*\"?true");

    private final Map<String, InetAddress> byNonce = new LinkedHashMap<>() { // under our own monitor
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, InetAddress> eldest) {
                    return size() > MOST;
                }
            };

    /** These challenges go to that source. */
    synchronized void told(InetAddress source, List<String> challenges) {
        for (String challenge : challenges) {
            nonce(challenge).ifPresent(nonce -> byNonce.put(nonce, source));
        }
    }

    /**
     * Whether credentials that were refused are held against their source.
     *
     * @param credentials what it showed
     * @param challenges what the PBX says now; nothing where it refuses for good
     */
    synchronized boolean isGuess(InetAddress source, List<String> credentials, List<String> challenges) {
        boolean isStale =
                challenges.stream().anyMatch(text -> STALE.matcher(text).find());
        return !isStale
                && credentials.stream()
                        .flatMap(text -> nonce(text).stream())
                        .anyMatch(nonce -> source.equals(byNonce.get(nonce)));
    }

    private static Optional<String> nonce(String header) {
        Matcher nonce = NONCE.matcher(header);
        return nonce.find() && nonce.group(1).length() <= LONGEST_NONCE
                ? Optional.of(nonce.group(1))
                : Optional.empty();
    }
}
