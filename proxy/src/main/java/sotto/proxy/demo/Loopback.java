package sotto.proxy.demo;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import sotto.media.MediaSettings;
import sotto.media.dtmf.MaskSettings;
import sotto.media.worker.EngineSettings;
import sotto.pci.capture.PaymentSettings;
import sotto.proxy.config.GatewaySection;
import sotto.proxy.config.HttpSection;
import sotto.proxy.config.MediaSection;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.config.SipSettings;
import sotto.proxy.config.SottoConfig;

/** A configuration for this machine alone: loopback, free ports, everything else in one directory. */
final class Loopback {
    static final InetAddress ADDRESS = InetAddress.getLoopbackAddress();

    private static final String HOST = ADDRESS.getHostAddress();
    private static final int MEDIA_PORTS = 64;

    private Loopback() {}

    /**
     * @param trunk SIP address of the caller
     * @param agents SIP address of the agent
     * @param gateway where payments are posted
     * @param directory for state and tap
     */
    static SottoConfig config(InetSocketAddress trunk, InetSocketAddress agents, URI gateway, Path directory)
            throws IOException {
        int firstPort = 20_000 + 2 * ThreadLocalRandom.current().nextInt(5_000 - MEDIA_PORTS / 2);
        return new SottoConfig(
                Peering.of(
                        peer("carrier", trunk, PeerSettings.Srtp.FORBID),
                        peer("agents", agents, PeerSettings.Srtp.REQUIRE)),
                new GatewaySection(
                        "sandbox", GatewaySection.Kind.CONNECTOR, gateway, Optional.empty(), Duration.ofSeconds(10)),
                new SipSettings(
                        HOST, Optional.empty(), freeUdp(), freeTcp(), Optional.empty(), Duration.ofSeconds(30), 10),
                new MediaSection(
                        HOST,
                        firstPort,
                        firstPort + MEDIA_PORTS - 1,
                        1,
                        Optional.of(directory.resolve("tap")),
                        MediaSettings.EXPEDITED_FORWARDING,
                        EngineSettings.DEFAULT,
                        MaskSettings.DEFAULT,
                        Duration.ofSeconds(30)),
                new HttpSection(HOST, freeTcp(), HttpSection.MetricsAccess.LOOPBACK),
                new PaymentSettings(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(60), 3),
                directory.resolve("state"));
    }

    static int freeUdp() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, ADDRESS)) {
            return socket.getLocalPort();
        }
    }

    static int freeTcp() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, ADDRESS)) {
            return socket.getLocalPort();
        }
    }

    private static PeerSettings peer(String name, InetSocketAddress address, PeerSettings.Srtp srtp) {
        return new PeerSettings(name, HOST, address.getPort(), PeerSettings.Transport.UDP, srtp);
    }
}
