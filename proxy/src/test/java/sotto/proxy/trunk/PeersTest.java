package sotto.proxy.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.dns.NameServers;
import sotto.proxy.realm.OneRealm;
import sotto.proxy.realm.Realm;
import sotto.proxy.sip.SipSource;
import sotto.proxy.sip.SipTransport;

/** The rows of {@link Peers}: trunks are at ports 5070 and 5072, those behind them at 5080 and 5082. */
final class PeersTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
            # row,              trunks,    agents,    source,    transport, port,  via,  contact, peer
            stranger,           192.0.2.1, 192.0.2.2, 192.0.2.3, UDP,       5070,  5070, 5070,    -
            address of trunks,  192.0.2.1, 192.0.2.2, 192.0.2.1, UDP,       5080,  5080, 5080,    t1
            address of agents,  192.0.2.1, 192.0.2.2, 192.0.2.2, TCP,       5070,  5070, 5070,    a1
            one of two there,   192.0.2.1, 192.0.2.2, 192.0.2.1, UDP,       5072,  5070, 5070,    t2
            one of two there,   192.0.2.1, 192.0.2.2, 192.0.2.2, TCP,       5080,  5082, 5080,    a2
            source port,        127.0.0.1, 127.0.0.1, 127.0.0.1, UDP,       5080,  5070, 5070,    a1
            source port,        127.0.0.1, 127.0.0.1, 127.0.0.1, UDP,       5070,  5080, 5080,    t1
            ephemeral: Via,     127.0.0.1, 127.0.0.1, 127.0.0.1, TCP,       5080,  5070, 5080,    t1
            ephemeral: Via,     127.0.0.1, 127.0.0.1, 127.0.0.1, TLS,       40000, 5080, 5070,    a1
            ephemeral: Contact, 127.0.0.1, 127.0.0.1, 127.0.0.1, TCP,       40000, 5060, 5082,    a2
            fails closed,       127.0.0.1, 127.0.0.1, 127.0.0.1, UDP,       40000, 5060, 5062,    t1
            """)
    @SuppressWarnings("ParameterNumber") // the columns of the table
    void isFrom(
            String row,
            String trunks,
            String agents,
            String source,
            SipTransport transport,
            int port,
            int via,
            int contact,
            String peer)
            throws UnknownHostException {
        try (NameServers nobody = new NameServers(List.of())) {
            Peers peers = new Peers(
                    new Peering(
                            List.of(peer("t1", trunks, 5070), peer("t2", trunks, 5072)),
                            List.of(peer("a1", agents, 5080), peer("a2", agents, 5082)),
                            List.of()),
                    OneRealm.realms(),
                    nobody,
                    false);
            peers.resolve();
            SipSource from =
                    new SipSource(InetAddress.getByName(source), port, transport, via, OptionalInt.of(contact));
            assertThat(peers.from(new Shown(from, Realm.DEFAULT, Set.of(), Set.of()))
                            .map(Peer::name)
                            .orElse("-"))
                    .isEqualTo(peer);
        }
    }

    private static PeerSettings peer(String name, String host, int port) {
        return new PeerSettings(name, host, port, PeerSettings.Transport.UDP, PeerSettings.Srtp.FORBID);
    }
}
