package sotto.proxy.trunk;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.dns.NameServers;
import sotto.proxy.sip.SipTransport;

/**
 * Finds where requests to a peer may go (RFC 3263 §4). Thread-safe; blocks while name servers are asked.
 *
 * <pre>
 *  address in the file    transport   asked                                                                   port
 *  digits, or with port   any         -, the stack looks the name up itself                                   the file's
 *  a name alone           none        NAPTR, then SRV of what it names, in its order                          of the SRV
 *  a name alone           none        no NAPTR of a transport that we speak: SRV of _sip._udp, of _sip._tcp   of the SRV
 *  a name alone           one         SRV of _sip._udp, _sip._tcp or _sips._tcp                               of the SRV
 *  a name alone           any         no SRV at all: A and AAAA                                               5060, 5061
 * </pre>
 *
 * <p>An SRV whose target is the root says that there is no such service (RFC 2782): it is nowhere.
 */
final class Locator {
    private static final int MOST = 32;

    private final NameServers servers;
    private final boolean hasTls;

    /** @param hasTls whether we can speak it; what only TLS reaches is left out otherwise */
    Locator(NameServers servers, boolean hasTls) {
        this.servers = servers;
        this.hasTls = hasTls;
    }

    /**
     * A place.
     *
     * @param rank lower ones are tried first
     * @param weight share among those of one rank (RFC 2782)
     */
    record Place(InetAddress address, int port, SipTransport transport, int rank, int weight) {}

    /** Places of a peer that is looked up, lowest rank first; none where its records name nobody. */
    List<Place> places(PeerSettings peer) throws IOException {
        List<Service> services = services(peer);
        List<Place> places = new ArrayList<>();
        boolean any = false;
        for (Service service : services) {
            List<NameServers.Srv> records = servers.srv(service.name);
            any |= !records.isEmpty();
            add(places, service.transport, records);
        }
        if (!any) {
            for (InetAddress address : servers.addresses(peer.host())) {
                places.add(new Place(address, peer.port(), transport(peer), 0, 0));
            }
        }
        return places.stream().limit(MOST).toList();
    }

    /** Where SRV records of one transport are. */
    private record Service(SipTransport transport, String name) {
        static Service of(SipTransport transport, String domain) {
            String prefix =
                    switch (transport) {
                        case UDP -> "_sip._udp.";
                        case TCP -> "_sip._tcp.";
                        case TLS -> "_sips._tcp.";
                        case WS, WSS -> throw new IllegalArgumentException("no peer is called by WebSocket");
                    };
            return new Service(transport, prefix + domain);
        }
    }

    private List<Service> services(PeerSettings peer) throws IOException {
        if (peer.lookup() == PeerSettings.Lookup.SRV) {
            return List.of(Service.of(transport(peer), peer.host()));
        }
        List<Service> named = servers.naptr(peer.host()).stream()
                .filter(record -> record.flags().equalsIgnoreCase("s"))
                .sorted(Comparator.comparingInt(NameServers.Naptr::order)
                        .thenComparingInt(NameServers.Naptr::preference))
                .flatMap(record -> spoken(record).stream())
                .toList();
        return named.isEmpty()
                ? List.of(Service.of(SipTransport.UDP, peer.host()), Service.of(SipTransport.TCP, peer.host()))
                : named;
    }

    private List<Service> spoken(NameServers.Naptr record) {
        return switch (record.service().toUpperCase(Locale.ROOT)) {
            case "SIP+D2U" -> List.of(new Service(SipTransport.UDP, record.replacement()));
            case "SIP+D2T" -> List.of(new Service(SipTransport.TCP, record.replacement()));
            case "SIPS+D2T" -> hasTls ? List.of(new Service(SipTransport.TLS, record.replacement())) : List.of();
            default -> List.of();
        };
    }

    private void add(List<Place> places, SipTransport transport, List<NameServers.Srv> records) throws IOException {
        int above = places.isEmpty() ? 0 : places.getLast().rank() + 1;
        List<NameServers.Srv> sorted = records.stream()
                .filter(record -> !record.target().isEmpty())
                .sorted(Comparator.comparingInt(NameServers.Srv::priority))
                .toList();
        for (NameServers.Srv record : sorted) {
            for (InetAddress address : servers.addresses(record.target())) {
                places.add(new Place(address, record.port(), transport, above + record.priority(), record.weight()));
            }
        }
    }

    private static SipTransport transport(PeerSettings peer) {
        return SipTransport.valueOf(peer.transport().name());
    }
}
