package sotto.proxy.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.packet.Side;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.sip.SipSource;
import sotto.proxy.sip.SipTransport;

/** The rows of {@link PeerMatch}: the trunk is at port 5070, the agents at 5080. */
final class PeerMatchTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
            # row,              trunk,     agents,    source,    transport, port,  via,  contact, side
            stranger,           192.0.2.1, 192.0.2.2, 192.0.2.3, UDP,       5070,  5070, 5070,    -
            address of trunk,   192.0.2.1, 192.0.2.2, 192.0.2.1, UDP,       5080,  5080, 5080,    CALLER
            address of agents,  192.0.2.1, 192.0.2.2, 192.0.2.2, TCP,       5070,  5070, 5070,    AGENT
            source port,        127.0.0.1, 127.0.0.1, 127.0.0.1, UDP,       5080,  5070, 5070,    AGENT
            source port,        127.0.0.1, 127.0.0.1, 127.0.0.1, UDP,       5070,  5080, 5080,    CALLER
            ephemeral: Via,     127.0.0.1, 127.0.0.1, 127.0.0.1, TCP,       5080,  5070, 5080,    CALLER
            ephemeral: Via,     127.0.0.1, 127.0.0.1, 127.0.0.1, TLS,       40000, 5080, 5070,    AGENT
            ephemeral: Contact, 127.0.0.1, 127.0.0.1, 127.0.0.1, TCP,       40000, 5060, 5080,    AGENT
            fails closed,       127.0.0.1, 127.0.0.1, 127.0.0.1, UDP,       40000, 5060, 5062,    CALLER
            """)
    @SuppressWarnings("ParameterNumber") // the columns of the table
    void isFrom(
            String row,
            String trunk,
            String agents,
            String source,
            SipTransport transport,
            int port,
            int via,
            int contact,
            String side)
            throws UnknownHostException {
        PeerMatch match = new PeerMatch(peer(trunk, 5070), peer(agents, 5080));
        match.resolve();
        SipSource from = new SipSource(InetAddress.getByName(source), port, transport, via, OptionalInt.of(contact));
        assertThat(match.side(from)).isEqualTo(side.equals("-") ? Optional.empty() : Optional.of(Side.valueOf(side)));
    }

    private static PeerSettings peer(String host, int port) {
        return new PeerSettings("p", host, port, PeerSettings.Transport.UDP, PeerSettings.Srtp.FORBID);
    }
}
