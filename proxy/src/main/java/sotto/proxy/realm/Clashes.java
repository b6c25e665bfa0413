package sotto.proxy.realm;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What realms cannot be, by themselves and together: their addresses and their sockets. Filled by one thread.
 *
 * <pre>
 *  address                                    is wrong where
 *  bind is every address                      nothing says what peers are told
 *  advertise, of SIP or of RTP                it is of another IP version than what is bound
 *
 *  two sockets of one kind, and                                    clash where
 *  one address, or one of them every address of its IP version     they have a port in common
 *  other addresses                                                 -
 * </pre>
 *
 * <p>{@code ::} is every address of both versions.
 */
public final class Clashes {
    private final List<Clash> found = new ArrayList<>();
    private final List<Socket> tcp = new ArrayList<>();
    private final List<Socket> udp = new ArrayList<>();

    /**
     * One thing that is wrong.
     *
     * @param realm its name; empty where it is a socket of none
     * @param key below that name in the file
     * @param text value, rule and remedy, to be read after the key
     */
    public record Clash(String realm, String key, String text) {}

    /** What is bound: ports of one address. */
    private record Socket(String realm, String key, String bind, int first, int last) {
        String ports() {
            return first == last ? Integer.toString(first) : first + ".." + last;
        }

        String path() {
            return realm.isEmpty() ? key : "realms." + realm + "." + key;
        }

        boolean meets(Socket other) {
            return first <= other.last && other.first <= last && covers(bind, other.bind);
        }

        private static boolean covers(String bind, String other) {
            InetAddress one = InetAddress.ofLiteral(bind);
            InetAddress two = InetAddress.ofLiteral(other);
            boolean every = one.isAnyLocalAddress() || two.isAnyLocalAddress();
            boolean bothVersions =
                    (bind.contains(":") && one.isAnyLocalAddress()) || (other.contains(":") && two.isAnyLocalAddress());
            return one.equals(two) || (every && (bothVersions || Realm.isSameVersion(one, two)));
        }
    }

    private Clashes() {}

    /**
     * Finds all.
     *
     * @param httpBind where the API listens, and {@code httpPort} with it
     */
    public static List<Clash> of(List<Realm> realms, String httpBind, int httpPort) {
        Clashes clashes = new Clashes();
        realms.forEach(clashes::realm);
        clashes.bind(clashes.tcp, new Socket("", "http.port", httpBind, httpPort, httpPort));
        return clashes.found;
    }

    private void realm(Realm realm) {
        addresses(realm);
        Realm.Signalling sip = realm.sip();
        Realm.Audio audio = realm.audio();
        bind(udp, new Socket(realm.name(), "udp-port", sip.bind(), sip.udpPort(), sip.udpPort()));
        bind(udp, new Socket(realm.name(), "media.ports.first", audio.bind(), audio.firstPort(), audio.lastPort()));
        bind(tcp, new Socket(realm.name(), "tcp-port", sip.bind(), sip.tcpPort(), sip.tcpPort()));
        sip.tlsPort().ifPresent(port -> bind(tcp, new Socket(realm.name(), "tls-port", sip.bind(), port, port)));
        sip.wsPort().ifPresent(port -> bind(tcp, new Socket(realm.name(), "ws-port", sip.bind(), port, port)));
        sip.wssPort().ifPresent(port -> bind(tcp, new Socket(realm.name(), "wss-port", sip.bind(), port, port)));
    }

    private void bind(List<Socket> bound, Socket next) {
        bound.stream()
                .filter(next::meets)
                .findFirst()
                .ifPresent(other -> found.add(new Clash(
                        next.realm,
                        next.key,
                        "=" + next.ports() + " at " + next.bind + " is taken by " + other.path() + "=" + other.ports()
                                + " at " + other.bind + "; give each its own ports or its own address")));
        bound.add(next);
    }

    private void addresses(Realm realm) {
        Realm.Signalling sip = realm.sip();
        if (Realm.isWildcard(sip.bind()) && sip.advertise().isEmpty()) {
            found.add(new Clash(
                    realm.name(),
                    "bind",
                    "=" + sip.bind() + " is every address, and peers must be told one; add advertise"));
            return; // what SDP says would come of it
        }
        boolean isFine = version(realm.name(), "advertise", sip.advertise(), sip.bind());
        if (realm.audio().advertise().isPresent()) {
            version(
                    realm.name(),
                    "media.advertise",
                    realm.audio().advertise(),
                    realm.audio().bind());
        } else if (isFine
                && literal(realm.audioHost()).isPresent()
                && !isSameVersion(realm.audioHost(), realm.audio().bind())) {
            found.add(new Clash(
                    realm.name(),
                    "media.bind",
                    "=" + realm.audio().bind() + " is of another IP version than " + realm.audioHost()
                            + ", which peers are told in SDP; add media.advertise"));
        }
    }

    private boolean version(String realm, String key, Optional<String> advertise, String bind) {
        Optional<String> wrong = advertise.filter(told -> literal(told).isPresent() && !isSameVersion(told, bind));
        wrong.ifPresent(told -> found.add(new Clash(
                realm,
                key,
                "=" + told + " is of another IP version than what is bound, " + bind
                        + "; peers would send where nobody listens, so make them one version")));
        return wrong.isEmpty();
    }

    private static boolean isSameVersion(String told, String bind) {
        return Realm.isSameVersion(InetAddress.ofLiteral(told), InetAddress.ofLiteral(bind));
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
