package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.pci.psp.Certificates;
import sotto.proxy.config.SipSettings;

/**
 * A thousand connections over TCP and as many over TLS that are opened for nothing: calls go on, and none of them stays.
 *
 * <pre>
 *  a third each   over TCP                 over TLS
 *  says           nothing                  nothing
 *  says           half of its first line   half of a ClientHello
 *  says           half of its headers      half of its headers, after a handshake (a few only)
 * </pre>
 */
final class ConnectionFloodTest {
    private static final int EACH = 1000;
    private static final int AFTER_HANDSHAKE = 20;
    private static final byte[] HALF_A_CLIENT_HELLO = {0x16, 3, 1, 2, 0, 1, 0}; // RFC 8446 §5.1, §4: 512 octets follow
    private static final String HALF_A_LINE = "INVITE sip:agent@127";
    private static final String HALF_ITS_HEADERS = "INVITE sip:agent@127.0.0.1 SIP/2.0\r\nMax-Forwards: 70\r\nSubj";

    @TempDir
    Path directory;

    private final List<SocketChannel> flood = new ArrayList<>();
    private final List<Socket> secured = new ArrayList<>();

    @Test
    void callsGoOnAndNoneStays() throws Exception {
        Path ours = Certificates.keyStore(directory, "ip:127.0.0.1");
        Path password = Files.writeString(directory.resolve("password"), Certificates.PASSWORD);
        Rig.Ports ports = Rig.freePorts();
        SipSettings.Tls tls =
                new SipSettings.Tls(ports.tls(), ours, password, Certificates.trustStore(directory, ours), false);
        try (RawPeer trunk = new RawPeer(ports.sip());
                RawPeer agents = new RawPeer(ports.sip());
                Rig rig = rig(ports, tls, trunk, agents);
                RawPeer before = tcp(ports);
                RawPeer beforeTls = tls(ports, Certificates.tls(Optional.empty(), ours))) {
            talk(before, "before");
            talk(beforeTls, "before-tls");
            open(ports.sip(), new byte[][] {{}, HALF_A_LINE.getBytes(US_ASCII), HALF_ITS_HEADERS.getBytes(US_ASCII)});
            open(ports.tls(), new byte[][] {{}, HALF_A_CLIENT_HELLO});
            openSecured(ports.tls(), Certificates.tls(Optional.empty(), ours));

            call(trunk, agents);
            assertThat(openOnes()).as("the flood is still there").isGreaterThan(EACH);

            Rig.until("all closed, " + openOnes() + " are not", Duration.ofSeconds(60), () -> openOnes() == 0);
            int expected = 2 * EACH + AFTER_HANDSHAKE;
            Rig.until("counted", () -> Collections.frequency(rig.told.refused, "silent-connection 0") == expected);
            assertThat(before.isEnded()).as("who spoke is kept").isFalse();
            talk(before, "after");
            assertThat(beforeTls.isEnded()).as("over TLS too").isFalse();
            talk(beforeTls, "after-tls");
            try (RawPeer next = tcp(ports);
                    RawPeer nextTls = tls(ports, Certificates.tls(Optional.empty(), ours))) {
                talk(next, "next");
                talk(nextTls, "next-tls");
            }
            rig.untilEmpty();
        } finally {
            for (SocketChannel channel : flood) {
                channel.close();
            }
            for (Socket socket : secured) {
                socket.close();
            }
        }
    }

    /**
     * Address and port of a peer name a connection only together with its transport.
     *
     * <pre>
     *  from 127.0.0.1, port p       to      then
     *  TLS, OPTIONS a               5061    200 on it
     *  TCP, OPTIONS b               5060    200 on it
     *  TLS, OPTIONS c               5061    200 on it, and nothing in clear on the other
     *  the TCP one closes           5060
     *  TLS, OPTIONS d               5061    200 on it
     * </pre>
     */
    @Test
    void connectionsOfOnePortAreTwo() throws Exception {
        Path ours = Certificates.keyStore(directory, "ip:127.0.0.1");
        Path password = Files.writeString(directory.resolve("password"), Certificates.PASSWORD);
        Rig.Ports ports = Rig.freePorts();
        SipSettings.Tls settings =
                new SipSettings.Tls(ports.tls(), ours, password, Certificates.trustStore(directory, ours), false);
        try (RawPeer trunk = new RawPeer(ports.sip());
                RawPeer agents = new RawPeer(ports.sip());
                Rig rig = rig(ports, settings, trunk, agents);
                Socket carrier = connect(0, ports.tls());
                RawPeer tls = new RawPeer(
                        "TLS",
                        Certificates.tls(Optional.empty(), ours)
                                .getSocketFactory()
                                .createSocket(carrier, "127.0.0.1", ports.tls(), true))) {
            talk(tls, "a");
            try (RawPeer tcp = new RawPeer("TCP", connect(carrier.getLocalPort(), ports.sip()))) {
                assertThat(tcp.port()).isEqualTo(tls.port());
                talk(tcp, "b");
                talk(tls, "c");
                assertThat(tcp.countWith("Call-ID: c", "SIP/2.0")).isZero();
            }
            for (int i = 0; i < 20; i++) { // the other one is forgotten meanwhile
                talk(tls, "d" + i);
            }
            rig.untilEmpty();
        }
    }

    private static Socket connect(int fromPort, int port) throws IOException {
        Socket socket = new Socket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), fromPort));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    private static Rig rig(Rig.Ports ports, SipSettings.Tls tls, RawPeer trunk, RawPeer agents) throws IOException {
        Rig.Options udp = Rig.Options.udp(trunk.port(), agents.port());
        return new Rig(
                ports,
                new Rig.Options(udp.peering(), Duration.ofSeconds(60), 10, Optional.of(tls)),
                Duration.ofMinutes(5));
    }

    private static RawPeer tcp(Rig.Ports ports) throws IOException {
        return new RawPeer("TCP", new Socket(InetAddress.getLoopbackAddress(), ports.sip()));
    }

    private static RawPeer tls(Rig.Ports ports, SSLContext client) throws IOException {
        return new RawPeer(
                "TLS", client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), ports.tls()));
    }

    private static void talk(RawPeer peer, String name) {
        peer.send(peer.request("OPTIONS", "sip:127.0.0.1", name, "<sip:127.0.0.1>", 1, "", ""));
        Rig.until(name + " is answered", () -> peer.countWith("SIP/2.0 200", "Call-ID: " + name) == 1);
    }

    private void open(int port, byte[][] beginnings) throws IOException {
        for (int i = 0; i < EACH; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            flood.add(channel);
            channel.write(ByteBuffer.wrap(beginnings[i % beginnings.length]));
            channel.configureBlocking(false);
        }
    }

    private void openSecured(int port, SSLContext client) throws IOException {
        for (int i = 0; i < AFTER_HANDSHAKE; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            Socket socket = client.getSocketFactory().createSocket(channel.socket(), "127.0.0.1", port, true);
            socket.getOutputStream().write(HALF_ITS_HEADERS.getBytes(UTF_8));
            secured.add(socket);
        }
    }

    /** A call over UDP from INVITE to BYE. */
    private static void call(RawPeer trunk, RawPeer agents) {
        trunk.send(trunk.invite("u1", "", trunk.sdp("sendrecv")));
        agents.reply(agents.await("INVITE "), "200 OK", "callee", agents.sdp("sendrecv"));
        String ok = trunk.await("SIP/2.0 200");
        trunk.send(trunk.within(ok, "ACK", 1, ""));
        trunk.send(trunk.within(ok, "BYE", 2, ""));
        trunk.await("SIP/2.0 200", 2);
        agents.reply(agents.await("BYE "), "200 OK", "", "");
    }

    /** Connections that the proxy has not closed. */
    private int openOnes() throws IOException {
        ByteBuffer nothing = ByteBuffer.allocate(256);
        int open = 0;
        for (SocketChannel channel : flood) {
            open += isOpen(channel, nothing.clear()) ? 1 : 0;
        }
        return open;
    }

    private static boolean isOpen(SocketChannel channel, ByteBuffer into) throws IOException {
        if (!channel.isOpen()) {
            return false;
        }
        try {
            if (channel.read(into) >= 0) {
                return true;
            }
        } catch (IOException e) {
            // reset is closed too
        }
        channel.close();
        return false;
    }
}
