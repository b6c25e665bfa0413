package sotto.media;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import sotto.media.dtls.Fingerprint;
import sotto.media.srtp.SrtpKeys;
import sotto.media.srtp.SrtpSuite;

/**
 * OpenSSL's DTLS behind a port that carries RTP too: DTLS goes to {@code openssl s_client} or {@code s_server}, the rest to
 * the test.
 *
 * <pre>
 *  leg  <--- RTP, DTLS --->  outer  --- RTP --->  media()
 *                              |
 *                              +--- DTLS --->  inner  <--->  openssl
 * </pre>
 */
final class OpensslPeer implements AutoCloseable {
    private final Peer outer = new Peer();
    private final DatagramSocket inner = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final BlockingQueue<byte[]> media = new LinkedBlockingQueue<>();
    private final List<String> said = new ArrayList<>();
    private final Path directory;
    private final Fingerprint fingerprint;
    private final SrtpSuite suite;
    private volatile @Nullable SocketAddress openssl;
    private volatile int leg;
    private volatile boolean closed;
    private @Nullable Process process;

    OpensslPeer(Path directory, SrtpSuite suite) throws IOException, InterruptedException, GeneralSecurityException {
        this.directory = directory;
        this.suite = suite;
        run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
                .waitFor();
        try (var pem = Files.newInputStream(directory.resolve("cert.pem"))) {
            fingerprint = Fingerprint.of(
                    "sha-256",
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(pem)
                            .getEncoded());
        }
        Thread.ofPlatform().daemon().start(this::fromLeg);
        Thread.ofPlatform().daemon().start(this::fromOpenssl);
    }

    /** False where it is not installed. */
    static boolean isThere() {
        try {
            return new ProcessBuilder("openssl", "version").start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    private Process run(String command, String... options) throws IOException {
        List<String> line = new ArrayList<>(List.of("openssl", command));
        line.addAll(List.of(options));
        if (command.equals("req")) {
            line.addAll(List.of("-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=peer"));
        } else {
            line.addAll(List.of("-dtls1_2", "-cert", "cert.pem", "-key", "key.pem"));
        }
        if (command.startsWith("s_") && !line.contains("-quiet")) {
            line.addAll(List.of("-use_srtp", name(), "-keymatexport", "EXTRACTOR-dtls_srtp"));
            line.addAll(List.of("-keymatexportlen", String.valueOf(2 * (suite.keyBytes() + suite.saltBytes()))));
        }
        Process started = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process = started;
        Thread.ofPlatform().daemon().start(() -> listen(started));
        return started;
    }

    private String name() {
        return suite == SrtpSuite.AEAD_AES_128_GCM ? "SRTP_AEAD_AES_128_GCM" : "SRTP_AES128_CM_SHA1_80";
    }

    private void listen(Process started) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (said) {
                    said.add(line);
                }
            }
        } catch (IOException ended) {
            closed = true;
        }
    }

    /** Is active; the leg listens. */
    void connect() throws IOException {
        run("s_client", "-connect", "127.0.0.1:" + inner.getLocalPort());
    }

    /** The same, but wants no SRTP of it. */
    void connectWithoutSrtp() throws IOException {
        run("s_client", "-quiet", "-connect", "127.0.0.1:" + inner.getLocalPort());
    }

    /** Is passive; the leg says hello. */
    void accept() throws IOException {
        int port;
        try (DatagramSocket free = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            port = free.getLocalPort();
        }
        openssl = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        run("s_server", "-accept", "127.0.0.1:" + port, "-Verify", "1");
        Until.holds("s_server listens", () -> said("ACCEPT"));
    }

    void talkTo(int port) {
        leg = port;
    }

    InetSocketAddress address() {
        return outer.address();
    }

    Fingerprint fingerprint() {
        return fingerprint;
    }

    boolean said(String words) {
        synchronized (said) {
            return said.stream().anyMatch(line -> line.contains(words));
        }
    }

    /** The peer's end of SRTP, by the keys that OpenSSL exported (RFC 5764 §4.2). */
    SrtpEnd end(boolean client) {
        Until.holds("OpenSSL exports keys", () -> said("Keying material: "));
        String line;
        synchronized (said) {
            line = said.stream()
                    .filter(each -> each.contains("Keying material: "))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] material =
                HexFormat.of().parseHex(line.substring(line.indexOf(": ") + 2).strip());
        SrtpKeys ofClient = keys(material, 0);
        SrtpKeys ofServer = keys(material, 1);
        return client ? new SrtpEnd(ofClient, ofServer) : new SrtpEnd(ofServer, ofClient);
    }

    private SrtpKeys keys(byte[] material, int which) {
        int key = suite.keyBytes();
        int salt = suite.saltBytes();
        byte[] both = Arrays.copyOfRange(material, which * key, which * key + key + salt);
        System.arraycopy(material, 2 * key + which * salt, both, key, salt);
        return new SrtpKeys(suite, both);
    }

    void send(byte[] packet) throws IOException {
        outer.send(leg, packet);
    }

    byte[] media() throws InterruptedException {
        byte[] next = media.poll(2, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no media came; OpenSSL said " + said);
        }
        return next;
    }

    private void fromLeg() {
        try {
            while (!closed) {
                outer.receive(50).ifPresent(this::take);
            }
        } catch (IOException closedSocket) {
            closed = true;
        }
    }

    private void take(byte[] datagram) {
        SocketAddress to = openssl;
        if (datagram[0] < 0) {
            if (!Rtp.isReport(datagram)) {
                media.add(datagram);
            }
        } else if (to != null) {
            try {
                inner.send(new DatagramPacket(datagram, datagram.length, to));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void fromOpenssl() {
        DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
        try {
            while (!closed) {
                inner.receive(packet);
                openssl = packet.getSocketAddress();
                outer.send(leg, Arrays.copyOf(packet.getData(), packet.getLength()));
                packet.setLength(2_048);
            }
        } catch (IOException closedSocket) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        Process running = process;
        if (running != null) {
            running.destroy();
        }
        outer.close();
        inner.close();
    }
}
