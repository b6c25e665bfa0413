package sotto.proxy.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The program between a trunk and an agents' peer on free ports of loopback, with a sandbox gateway beside it.
 *
 * <pre>
 *  first port +0 API   +2 gateway   +4 SIP   +40 agents' peer   +80 trunk   +120 to +319 media
 * </pre>
 */
final class Program implements AutoCloseable {
    private static final int PORTS = 320;

    private final int ports;
    private final Path directory;
    private final Process gateway;
    private final String configuration;
    private SottoProcess sotto;

    private Program(int ports, Path directory, String configuration, Process gateway, SottoProcess sotto) {
        this.ports = ports;
        this.directory = directory;
        this.configuration = configuration;
        this.gateway = gateway;
        this.sotto = sotto;
    }

    /**
     * Starts both.
     *
     * @param parent takes a directory {@code sotto} with all that the program writes
     * @param srtp policy of the agents' leg
     */
    static Program start(Path parent, String srtp) throws IOException, InterruptedException {
        return start(parent, srtp, "PCMA PCMU telephone-event");
    }

    /**
     * Starts both.
     *
     * @param codecs that both peers may have
     */
    static Program start(Path parent, String srtp, String codecs) throws IOException, InterruptedException {
        int ports = FreePorts.run(PORTS);
        Path own = Files.createDirectory(parent.resolve("sotto"));
        Process gateway =
                SottoProcess.java(parent, "gateway", "sandbox-gateway", "--port", Integer.toString(ports + 2));
        try {
            String configuration = configuration(ports, own, srtp, codecs);
            SottoProcess sotto = SottoProcess.run(own, ports, configuration);
            return new Program(ports, own, configuration, gateway, sotto);
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            gateway.destroyForcibly();
            throw e;
        }
    }

    private static String configuration(int ports, Path own, String srtp, String codecs) {
        return """
                trunk:
                  address: 127.0.0.1:%1$d
                  codecs: %11$s
                agents:
                  address: 127.0.0.1:%2$d
                  srtp: %3$s
                  codecs: %11$s
                gateway:
                  kind: connector
                  url: http://127.0.0.1:%4$d/pay
                sip:
                  udp-port: %5$d
                  tcp-port: %5$d
                media:
                  ports:
                    first: %6$d
                    last: %7$d
                  tap:
                    enabled: true
                    directory: %8$s
                http:
                  port: %9$d
                state:
                  directory: %10$s
                """
                .formatted(
                        ports + 80,
                        ports + 40,
                        srtp,
                        ports + 2,
                        ports + 4,
                        ports + 120,
                        ports + PORTS - 1,
                        own.resolve("tap"),
                        ports,
                        own.resolve("state"),
                        codecs);
    }

    SottoProcess sotto() {
        return sotto;
    }

    /** What the program writes: its output, state, tap. */
    Path directory() {
        return directory;
    }

    int sipPort() {
        return ports + 4;
    }

    /** Where the agents' peer is to listen; 40 ports from here are its own. */
    int agentPort() {
        return ports + 40;
    }

    /** Where the trunk is; 40 ports from here are its own. */
    int trunkPort() {
        return ports + 80;
    }

    /** Kills the program, whatever it does just now, and starts it again where it was. */
    void killAndRestart() throws IOException, InterruptedException {
        sotto.kill();
        sotto = SottoProcess.run(directory, ports, configuration);
    }

    /** Ends the gateway: nobody takes the money any more. */
    void endGateway() {
        gateway.destroyForcibly();
    }

    @Override
    public void close() {
        sotto.close();
        gateway.destroyForcibly();
    }
}
