package sotto.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.config.ConfigReader;
import sotto.proxy.config.SottoConfig;

/** All parts together, in this process: they come up, tell who is in the way, and let go of everything. */
final class SottoTest {
    @TempDir
    Path directory;

    private SottoConfig config(int ports, String state) throws Exception {
        Path file = directory.resolve(ports + ".yaml");
        return ConfigReader.read(Files.writeString(file, Program.yaml(ports, directory.resolve(state))));
    }

    @Test
    void servesAndLetsGo() throws Exception {
        int ports = Program.freePorts();
        SottoConfig config = config(ports, "state");
        try (Sotto sotto = Sotto.start(config)) {
            assertThat(sotto.httpPort()).isEqualTo(ports);
            String token = sotto.takeBootstrapToken().orElseThrow();
            assertThat(sotto.takeBootstrapToken()).isEmpty();
            assertThat(Program.status(ports, "/ready", "")).isEqualTo(200);
            assertThat(Program.status(ports, "/health", "")).isEqualTo(200);
            assertThat(Program.status(ports, "/v1/calls", "")).isEqualTo(401);
            assertThat(Program.status(ports, "/v1/calls", token)).isEqualTo(200);
            assertThat(Program.get(ports, "/metrics", "").body())
                    .contains("sotto_log_digits_suppressed_total", "sotto_media_port_pairs 20.0");
        }
        assertThat(Program.isFree(ports)).as("every port is free again").isTrue();
        try (Sotto again = Sotto.start(config)) {
            assertThat(again.takeBootstrapToken())
                    .as("there is a token already")
                    .isEmpty();
        }
    }

    @Test
    void anHttpPortInUseIsNamedAndNothingIsHeld() throws Exception {
        int ports = Program.freePorts();
        SottoConfig config = config(ports, "state");
        try (ServerSocket taken = new ServerSocket(ports, 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            assertThatThrownBy(() -> Sotto.start(config))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("http.port")
                    .hasMessageContaining(Integer.toString(ports));
        }
        assertThat(Program.isFree(ports)).isTrue();
        Sotto.start(config).close(); // the state directory too
    }

    @Test
    void aSipPortInUseIsNamedAndNothingIsHeld() throws Exception {
        int ports = Program.freePorts();
        SottoConfig config = config(ports, "state");
        InetSocketAddress sip = new InetSocketAddress(InetAddress.getLoopbackAddress(), ports + 2);
        try (DatagramSocket taken = new DatagramSocket(sip)) {
            assertThat(taken.isBound()).isTrue();
            assertThatThrownBy(() -> Sotto.start(config))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("sip.udp-port");
        }
        assertThat(Program.isFree(ports)).isTrue();
    }

    @Test
    void aSipTcpPortInUseIsNamed() throws Exception {
        int ports = Program.freePorts();
        SottoConfig config = config(ports, "state");
        try (ServerSocket taken = new ServerSocket(ports + 2, 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            assertThatThrownBy(() -> Sotto.start(config))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("sip.tcp-port=" + (ports + 2));
        }
        assertThat(Program.isFree(ports)).isTrue();
    }

    /** Found at the start only: a user with every right passes the checks of the file. */
    @Test
    void aDirectoryThatCannotBeMadeIsNamed() throws Exception {
        Path nowhere = Path.of("/proc/sotto");
        int ports = Program.freePorts();
        String yaml = Program.yaml(ports, nowhere);
        SottoConfig state = ConfigReader.read(Files.writeString(directory.resolve("state.yaml"), yaml));
        assertThatThrownBy(() -> Sotto.start(state))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("state.directory=/proc/sotto cannot be made or written");
        String tapped = Program.yaml(ports, directory.resolve("state"))
                .replace("workers: 1", "workers: 1, tap: {enabled: true, directory: /proc/sotto}");
        SottoConfig tap = ConfigReader.read(Files.writeString(directory.resolve("tap.yaml"), tapped));
        assertThatThrownBy(() -> Sotto.start(tap))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tap directory /proc/sotto cannot be made or written");
        assertThat(Program.isFree(ports)).isTrue();
    }

    @Test
    void twoInstancesDoNotShareAStateDirectory() throws Exception {
        try (Sotto first = Sotto.start(config(Program.freePorts(), "state"))) {
            assertThat(first.httpPort()).isPositive();
            SottoConfig second = config(Program.freePorts(), "state");
            assertThatThrownBy(() -> Sotto.start(second))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("state.directory=" + directory.resolve("state") + " is in use");
            Sotto.start(config(Program.freePorts(), "other")).close();
        }
    }
}
