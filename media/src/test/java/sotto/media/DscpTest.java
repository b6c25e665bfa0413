package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.packet.Side;
import sotto.media.worker.EngineUnderTest;

/** The octet that a packet has in its IP header when it arrives, before the leg has turned to its peer and after. */
@Timeout(60)
final class DscpTest {
    /** Prints its port, then the traffic class of each datagram that comes. */
    private static final String LISTENER =
            """
            import socket, struct, sys
            six = sys.argv[1] == '6'
            s = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
            s.setsockopt(41 if six else 0, 66 if six else 13, 1) # IPV6_RECVTCLASS, IP_RECVTOS of Linux
            s.bind(('::1' if six else '127.0.0.1', 0))
            print(s.getsockname()[1], flush=True)
            while True:
                data, found, flags, source = s.recvmsg(2048, 256)
                octets = [d for level, kind, d in found if kind in (67, 1)]
                value = struct.unpack('i', octets[0])[0] if six else octets[0][0]
                print(value, flush=True)
                s.sendto(data, source)
            """;

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource(
            textBlock =
                    """
            # address,  DSCP, octet (RFC 2474 §3: the six high bits)
            127.0.0.1,  46,   184
            127.0.0.1,  0,    0
            127.0.0.1,  34,   136
            ::1,        46,   184
            ::1,        0,    0
            """)
    void isOnTheWire(String address, int dscp, String octet) throws Exception {
        InetAddress local = InetAddress.getByName(address);
        String version = address.contains(":") ? "6" : "4";
        Process listener;
        try {
            listener = new ProcessBuilder("python3", "-c", LISTENER, version).start();
        } catch (IOException e) {
            if (System.getenv("CI") != null) { // there, every peer is to be present
                throw e;
            }
            abort("python3 is missing: apt-get install python3");
            return;
        }
        int first = 20_000 + 2 * new Random().nextInt(5_000);
        MediaSettings settings = new MediaSettings(
                List.of(new PortRange(local, first, first + 63)),
                1,
                1,
                Optional.empty(),
                dscp,
                EngineUnderTest.settings());
        try (MediaPlane plane = MediaPlane.start(settings);
                CallMedia call = plane.open("marked");
                BufferedReader told =
                        new BufferedReader(new InputStreamReader(listener.getInputStream(), StandardCharsets.UTF_8));
                Peer caller = new Peer(local)) {
            InetSocketAddress agent = new InetSocketAddress(local, Integer.parseInt(told.readLine()));
            call.connect(Side.CALLER, Bench.plain(caller.address()));
            call.connect(Side.AGENT, Bench.plain(agent));
            for (int i = 0; i < 6; i++) { // what it sends back turns the leg to it
                caller.send(call.port(Side.CALLER), Rtp.audio(i, 1));
                assertThat(told.readLine()).isEqualTo(octet);
                assertThat(caller.receive()).hasSize(172);
            }
        } finally {
            listener.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        }
    }
}
