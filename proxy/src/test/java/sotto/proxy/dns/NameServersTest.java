package sotto.proxy.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.e2e.Peers;

/** The rows of {@link NameServers}, asked of a dnsmasq. */
final class NameServersTest {
    @TempDir
    private Path directory;

    private DnsServer server;

    @BeforeEach
    void start() throws IOException {
        Peers.require("dnsmasq", "dnsmasq-base");
        String[] records = IntStream.range(0, 60)
                .mapToObj(i ->
                        "srv-host=_sip._udp.many.test,host-with-a-name-of-some-length-" + i + ".many.test,5060,0,1")
                .toArray(String[]::new);
        server = DnsServer.start(
                directory,
                all(
                        records,
                        "srv-host=_sip._udp.carrier.test,gw1.carrier.test,5070,10,60",
                        "srv-host=_sip._udp.carrier.test,gw2.carrier.test,5072,20,5",
                        "naptr-record=carrier.test,50,60,s,SIP+D2U,,_sip._udp.carrier.test",
                        "host-record=gw1.carrier.test,192.0.2.7,2001:db8::7",
                        "cname=alias.test,gw1.carrier.test"));
    }

    private static String[] all(String[] some, String... more) {
        return Stream.of(some, more).flatMap(Arrays::stream).toArray(String[]::new);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void readsRecordsOfEachType() throws IOException {
        try (NameServers asked = new NameServers(List.of(server.address()))) {
            assertThat(asked.srv("_sip._udp.carrier.test"))
                    .containsExactlyInAnyOrder(
                            new NameServers.Srv(10, 60, 5070, "gw1.carrier.test"),
                            new NameServers.Srv(20, 5, 5072, "gw2.carrier.test"));
            assertThat(asked.naptr("carrier.test"))
                    .containsExactly(new NameServers.Naptr(50, 60, "s", "SIP+D2U", "_sip._udp.carrier.test"));
            assertThat(asked.addresses("gw1.carrier.test"))
                    .containsExactly(InetAddress.ofLiteral("192.0.2.7"), InetAddress.ofLiteral("2001:db8::7"));
            assertThat(asked.addresses("alias.test")).contains(InetAddress.ofLiteral("192.0.2.7"));
            assertThat(asked.addresses("2001:db8::1")).containsExactly(InetAddress.ofLiteral("2001:db8::1"));
        }
    }

    @Test
    void noRecordIsNoFailure() throws IOException {
        try (NameServers asked = new NameServers(List.of(server.address()))) {
            assertThat(asked.srv("_sip._tcp.carrier.test")).as("no such name").isEmpty();
            assertThat(asked.naptr("gw1.carrier.test")).as("none of the type").isEmpty();
            assertThat(asked.addresses("nobody.test")).isEmpty();
        }
    }

    @Test
    void whatIsTooLongForADatagramComesOverTcp() throws IOException {
        try (NameServers asked = new NameServers(List.of(server.address()))) {
            assertThat(asked.srv("_sip._udp.many.test")).hasSize(32);
        }
    }

    @Test
    void goesOnToTheNextServerAndSaysWhichWereSilent() throws IOException {
        try (DatagramSocket silent = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            InetSocketAddress dead = new InetSocketAddress(InetAddress.getLoopbackAddress(), silent.getLocalPort());
            try (NameServers asked = new NameServers(List.of(dead, server.address()))) {
                assertThat(asked.srv("_sip._udp.carrier.test")).hasSize(2);
            }
            try (NameServers asked = new NameServers(List.of(dead))) {
                assertThatThrownBy(() -> asked.srv("_sip._udp.carrier.test"))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("_sip._udp.carrier.test")
                        .hasMessageContaining(Integer.toString(silent.getLocalPort()));
            }
        }
    }

    /** dnsmasq refuses what it is not responsible for and may ask nobody about. */
    @Test
    void aRefusalIsAFailure() throws IOException {
        try (NameServers asked = new NameServers(List.of(server.address()))) {
            assertThatThrownBy(() -> asked.srv("_sip._udp.carrier.example")).isInstanceOf(IOException.class);
        }
    }
}
