package sotto.proxy.trunk;

import java.net.InetSocketAddress;
import java.util.Optional;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.sip.SipDestination;
import sotto.proxy.sip.SipTransport;

/** One place that requests to a peer may go to, and how it does. Thread-safe. */
public final class Server {
    private final PeerSettings peer;
    private final Optional<Locator.Place> place;
    private final Health health;

    private Server(PeerSettings peer, Optional<Locator.Place> place, String name) {
        this.peer = peer;
        this.place = place;
        this.health = new Health(name, peer.probing());
    }

    /** The one of a peer whose host and port are written down. */
    static Server written(PeerSettings peer) {
        return new Server(peer, Optional.empty(), peer.name());
    }

    /** One of those that name servers tell. */
    static Server found(PeerSettings peer, Locator.Place place) {
        return new Server(peer, Optional.of(place), peer.name() + " at " + text(place));
    }

    /** True where it is found at the same place again, whatever its rank is now. */
    boolean isAt(Locator.Place other) {
        return place.filter(p -> p.address().equals(other.address())
                        && p.port() == other.port()
                        && p.transport() == other.transport())
                .isPresent();
    }

    /** The same one, with the rank and weight that it has now. */
    Server moved(Locator.Place now) {
        return new Server(peer, now, health);
    }

    private Server(PeerSettings peer, Locator.Place place, Health health) {
        this.peer = peer;
        this.place = Optional.of(place);
        this.health = health;
    }

    Optional<Locator.Place> place() {
        return place;
    }

    public Health health() {
        return health;
    }

    int port() {
        return place.map(Locator.Place::port).orElse(peer.port());
    }

    /** How requests go to it. */
    public SipTransport transport() {
        return place.map(Locator.Place::transport)
                .orElse(SipTransport.valueOf(peer.transport().name()));
    }

    /** Address and port, as configured or found. */
    public String shown() {
        return place.map(Server::text).orElse(peer.host() + ":" + peer.port());
    }

    private static String text(Locator.Place place) {
        String address = place.address().getHostAddress();
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + place.port();
    }

    /**
     * Where requests go.
     *
     * @param number user part of the request URI; may be empty
     */
    public SipDestination destination(String number) {
        return place.isEmpty()
                ? new SipDestination(number, peer.host(), peer.port(), transport(), peer.realm())
                : SipDestination.through(
                        number,
                        peer.host(),
                        transport(),
                        new InetSocketAddress(place.get().address(), place.get().port()),
                        peer.realm());
    }
}
