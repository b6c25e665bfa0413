package sotto.proxy.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.PeerSettings.Lookup;
import sotto.proxy.config.PeerSettings.Transport;
import sotto.proxy.dns.DnsServer;
import sotto.proxy.dns.NameServers;
import sotto.proxy.sip.SipTransport;

/** The rows of {@link Locator} and {@link Servers}, asked of a dnsmasq. */
final class LocatorTest {
    @TempDir
    static Path directory;

    private static DnsServer server;

    @BeforeAll
    static void start() throws IOException {
        sotto.proxy.e2e.Peers.require("dnsmasq", "dnsmasq-base");
        server = DnsServer.start(
                directory,
                "naptr-record=both.test,10,50,s,SIPS+D2T,,_sips._tcp.both.test",
                "naptr-record=both.test,20,50,s,SIP+D2T,,_sip._tcp.both.test",
                "naptr-record=both.test,20,60,s,SIP+D2U,,_sip._udp.both.test",
                "naptr-record=both.test,5,60,u,E2U+sip,!.*!sip:x@both.test!,.",
                "srv-host=_sips._tcp.both.test,one.test,5061,1,0",
                "srv-host=_sip._tcp.both.test,one.test,5070,1,0",
                "srv-host=_sip._udp.both.test,two.test,5072,1,0",
                "srv-host=_sip._udp.srv.test,two.test,5082,20,0",
                "srv-host=_sip._udp.srv.test,one.test,5080,10,3",
                "srv-host=_sip._tcp.srv.test,one.test,5084,10,3",
                "srv-host=_sip._udp.closed.test",
                "host-record=closed.test,192.0.2.9",
                "host-record=plain.test,192.0.2.3",
                "host-record=one.test,192.0.2.1",
                "host-record=two.test,192.0.2.2,2001:db8::2");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            RFC 3263 §4.1 NAPTR, TLS first       | both.test   | NAPTR | UDP | true  | 192.0.2.1:5061 TLS 1, 192.0.2.1:5070 TCP 3, 192.0.2.2:5072 UDP 5, 2001:db8:0:0:0:0:0:2:5072 UDP 5
            RFC 3263 §4.1 what we do not speak   | both.test   | NAPTR | UDP | false | 192.0.2.1:5070 TCP 1, 192.0.2.2:5072 UDP 3, 2001:db8:0:0:0:0:0:2:5072 UDP 3
            RFC 3263 §4.1 no NAPTR               | srv.test    | NAPTR | UDP | false | 192.0.2.1:5080 UDP 10, 192.0.2.2:5082 UDP 20, 2001:db8:0:0:0:0:0:2:5082 UDP 20, 192.0.2.1:5084 TCP 31
            RFC 3263 §4.2 transport is known     | srv.test    | SRV   | TCP | false | 192.0.2.1:5084 TCP 10
            RFC 3263 §4.2 no SRV                 | plain.test  | NAPTR | UDP | false | 192.0.2.3:5060 UDP 0
            RFC 3263 §4.2 no SRV of it           | plain.test  | SRV   | TLS | true  | 192.0.2.3:5060 TLS 0
            RFC 2782 target is the root          | closed.test | SRV   | UDP | false | -
            nobody                               | nobody.test | NAPTR | UDP | false | -
            """)
    @SuppressWarnings("ParameterNumber") // the columns of the table
    void places(String row, String host, Lookup lookup, Transport transport, boolean hasTls, String places)
            throws IOException {
        try (NameServers asked = new NameServers(List.of(server.address()))) {
            List<String> found = new Locator(asked, hasTls)
                    .places(peer(host, transport, lookup)).stream()
                            .map(place -> place.address().getHostAddress() + ":" + place.port() + " "
                                    + place.transport() + " " + place.rank())
                            .toList();
            assertThat(found.isEmpty() ? "-" : String.join(", ", found)).isEqualTo(places);
        }
    }

    /** RFC 2782: by weight within a priority, one that is down last, and health outlives a lookup. */
    @Test
    void order() {
        Servers servers = new Servers(peer("srv.test", Transport.UDP, Lookup.SRV));
        servers.found(List.of(place(1, 10, 90), place(2, 10, 10), place(3, 10, 0), place(4, 20, 1)));
        Random lot = new Random(7);
        List<List<String>> orders = IntStream.range(0, 2000)
                .mapToObj(i -> servers.order(lot).stream().map(Server::shown).toList())
                .toList();
        assertThat(orders)
                .allSatisfy(order -> assertThat(order).hasSize(4).last().isEqualTo("192.0.2.4:5060"));
        assertThat(orders.stream().filter(o -> o.getFirst().equals("192.0.2.1:5060")))
                .hasSizeBetween(1700, 1900);
        assertThat(orders.stream().filter(o -> o.getFirst().equals("192.0.2.3:5060")))
                .hasSizeLessThan(10);

        down(servers, "192.0.2.1:5060");
        servers.found(List.of(place(4, 10, 1), place(1, 10, 90)));
        assertThat(servers.order(lot)).extracting(Server::shown).containsExactly("192.0.2.4:5060", "192.0.2.1:5060");
        assertThat(servers.state()).isEqualTo(Health.State.UP);
        down(servers, "192.0.2.4:5060");
        assertThat(servers.state()).isEqualTo(Health.State.DOWN);
        servers.found(List.of());
        assertThat(servers.state()).as("nowhere").isEqualTo(Health.State.DOWN);
    }

    private static void down(Servers servers, String which) {
        servers.all().stream().filter(server -> server.shown().equals(which)).forEach(server -> server.health()
                .heard(false));
    }

    private static Locator.Place place(int last, int rank, int weight) {
        return new Locator.Place(InetAddress.ofLiteral("192.0.2." + last), 5060, SipTransport.UDP, rank, weight);
    }

    private static PeerSettings peer(String host, Transport transport, Lookup lookup) {
        return new PeerSettings(
                        "pbx",
                        host,
                        5060,
                        transport,
                        PeerSettings.Srtp.FORBID,
                        PeerSettings.Limits.NONE,
                        Optional.of(new PeerSettings.Probing(Duration.ofSeconds(1), 1, 1)),
                        PeerSettings.FailOver.USUAL,
                        Optional.empty())
                .with(lookup);
    }
}
