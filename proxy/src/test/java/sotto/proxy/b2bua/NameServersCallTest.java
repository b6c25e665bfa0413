package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.dns.DnsServer;
import sotto.proxy.e2e.Peers;
import sotto.proxy.trunk.Health;
import sotto.proxy.trunk.PeerView;

/**
 * One peer with two servers, as SRV records of a dnsmasq tell (RFC 3263).
 *
 * <pre>
 *  server  priority  does            the call
 *  first   10        503             goes to the second
 *  first   10        nothing         goes to the second after try-for
 *  first   10        no OPTIONS      goes to the second at once
 *  second  20        calls itself    is taken
 * </pre>
 */
final class NameServersCallTest {
    private static final Duration TRY_FOR = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    private final Rig.Ports ports = Rig.freePorts();
    private final RawPeer trunk = new RawPeer(ports.sip());
    private final RawPeer first = new RawPeer(ports.sip());
    private final RawPeer second = new RawPeer(ports.sip());
    private DnsServer server;

    @SuppressWarnings("NullAway.Init") // each test starts with run
    private Rig rig;

    NameServersCallTest() throws IOException {}

    @BeforeEach
    void start() throws IOException {
        Peers.require("dnsmasq", "dnsmasq-base");
        server = DnsServer.start(
                directory,
                "naptr-record=pbx.test,10,10,s,SIP+D2U,,_sip._udp.pbx.test",
                "srv-host=_sip._udp.pbx.test,one.test," + first.port() + ",10,0",
                "srv-host=_sip._udp.pbx.test,two.test," + second.port() + ",20,0",
                "host-record=one.test,127.0.0.1",
                "host-record=two.test,127.0.0.1");
    }

    private void run(Optional<PeerSettings.Probing> probing) throws IOException {
        PeerSettings pbx = new PeerSettings(
                        "pbx",
                        "pbx.test",
                        5060,
                        PeerSettings.Transport.UDP,
                        PeerSettings.Srtp.FORBID,
                        PeerSettings.Limits.NONE,
                        probing,
                        new PeerSettings.FailOver(PeerSettings.FailOver.USUAL.statuses(), TRY_FOR),
                        Optional.empty())
                .with(PeerSettings.Lookup.NAPTR);
        rig = new Rig(
                ports,
                new Rig.Options(
                        Peering.of(Rig.peer("carrier", trunk.port(), PeerSettings.Transport.UDP), pbx),
                        Duration.ofSeconds(60),
                        100,
                        Optional.empty()),
                Duration.ofMinutes(5),
                List.of(server.address()));
    }

    @AfterEach
    void stop() {
        rig.close();
        List.of(trunk, first, second).forEach(RawPeer::close);
        server.close();
    }

    private void secondAnswersAndItEnds() {
        String invite = second.await("INVITE ", 1);
        assertThat(invite).startsWith("INVITE sip:agent@pbx.test SIP/2.0");
        second.reply(invite, "200 OK", "callee", second.sdp("sendrecv"));
        String ok = trunk.await("SIP/2.0 200");
        assertThat(second.await("ACK ")).as("its Contact").startsWith("ACK sip:agent@127.0.0.1:" + second.port());
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        trunk.send(trunk.within(ok, "BYE", 2, ""));
        second.reply(second.await("BYE "), "200 OK", "", "");
        rig.untilEmpty();
    }

    @Test
    void aServerThatSaysNotHereIsFollowedByTheNext() throws IOException {
        run(Optional.empty());
        trunk.send(trunk.invite("n1", "", trunk.sdp("sendrecv")));
        first.reply(first.await("INVITE "), "503 Service Unavailable", "first", "");
        first.await("ACK ");
        secondAnswersAndItEnds();
        PeerView pbx = rig.calls.peers().getLast();
        assertThat(pbx.servers())
                .extracting(PeerView.Server::address)
                .containsExactly("127.0.0.1:" + first.port(), "127.0.0.1:" + second.port());
        assertThat(pbx.attempts()).isEqualTo(2);
        assertThat(pbx.failedOver()).as("it stayed with this peer").isZero();
        assertThat(pbx.calls()).isZero();
    }

    @Test
    void aServerThatSaysNothingIsFollowedByTheNext() throws IOException {
        run(Optional.empty());
        trunk.send(trunk.invite("n2", "", trunk.sdp("sendrecv")));
        String late = first.await("INVITE ");
        second.await("INVITE ", 1);
        first.reply(late, "486 Busy Here", "first", "");
        first.await("ACK ");
        secondAnswersAndItEnds();
    }

    @Test
    void eachServerIsProbedAndOneThatIsDownIsNotTriedFirst() throws IOException {
        run(Optional.of(new PeerSettings.Probing(Duration.ofSeconds(1), 1, 1)));
        String ping = second.await("OPTIONS ");
        assertThat(ping).startsWith("OPTIONS sip:pbx.test SIP/2.0");
        second.reply(ping, "200 OK", "o", "");
        first.await("OPTIONS ");
        Rig.until(
                "the first is down, the second is not",
                () -> rig.calls.peers().getLast().servers().getFirst().health() == Health.State.DOWN
                        && rig.calls.peers().getLast().health() == Health.State.UP);
        trunk.send(trunk.invite("n3", "", trunk.sdp("sendrecv")));
        String invite = second.await("INVITE ");
        assertThat(first.count("INVITE ")).isZero();
        second.reply(invite, "486 Busy Here", "callee", "");
        trunk.await("SIP/2.0 486");
    }

    @Test
    void aServerThatNameServersTellMayCall() throws IOException {
        run(Optional.empty());
        second.send(second.invite("n4", "", second.sdp("sendrecv")));
        String invite = trunk.await("INVITE ");
        trunk.reply(invite, "486 Busy Here", "callee", "");
        second.await("SIP/2.0 486");
    }
}
