package sotto.proxy.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import sotto.proxy.e2e.FreePorts;

/** A dnsmasq of its own on loopback, with the records that a test wants. */
public final class DnsServer implements AutoCloseable {
    private final Process process;
    private final InetSocketAddress address;

    private DnsServer(Process process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param records such as {@code srv-host=_sip._udp.a.test,b.test,5060,0,10}, in dnsmasq's words
     */
    public static DnsServer start(Path directory, String... records) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        int port = FreePorts.one();
        List<String> command = new ArrayList<>(List.of(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--pid-file=",
                "--user=",
                "--no-resolv",
                "--no-hosts",
                "--local=/test/",
                "--bind-interfaces",
                "--listen-address=127.0.0.1",
                "--host-record=ready.test,192.0.2.1",
                "--port=" + port));
        for (String record : records) {
            command.add("--" + record);
        }
        Path log = Files.createTempFile(directory, "dnsmasq", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        DnsServer server = new DnsServer(process, new InetSocketAddress(loopback, port));
        server.awaitReady(log);
        return server;
    }

    private void awaitReady(Path log) throws IOException {
        try (NameServers asking = new NameServers(List.of(address))) {
            for (int tries = 0; process.isAlive() && tries < 100; tries++) {
                try {
                    if (!asking.addresses("ready.test").isEmpty()) {
                        return;
                    }
                } catch (IOException e) {
                    LockSupport.parkNanos(50_000_000); // not listening yet
                }
            }
        }
        close();
        throw new IOException("dnsmasq does not start: " + Files.readString(log));
    }

    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
