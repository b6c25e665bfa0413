package sotto.proxy.sipp;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLContext;
import sotto.pci.psp.Certificates;
import sotto.proxy.e2e.FreePorts;
import sotto.proxy.e2e.SottoProcess;
import sotto.proxy.e2e.Wait;

/**
 * The program, with the peers of all rows that are for it: each row has some of its own, so that rows know nothing of each
 * other. Thread-safe once started.
 *
 * <pre>
 *  kind     the program is at   the peers of row 7 are at                   rows at a time
 *  USUAL    127.0.0.1           127.R.7.1 (trunk1), 127.R.7.101 (agent1)    some
 *  TIGHT    127.0.0.1           the same                                    1
 *  TLS      127.0.0.1           the same, each with a {@link TlsTunnel}     some
 *  IPV6     ::1                 ::1, each with a port of its own            some
 * </pre>
 *
 * <p>R is drawn by lot, so that two runs on one machine do not meet.
 */
final class Site implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int PORTS =
            1000; // from the first one on: API +0, SIP +2, TLS +3, peers +4 to +399, media from +400 on
    private static final int MEDIA = 400;
    static final String PASSWORD = "sesame";

    /** What kind of program rows are for. */
    enum Kind {
        /** Whatever is not said is as it comes. */
        USUAL("127.0.0.1", "answer-timeout: 60s\n  max-calls: 150", 8),
        /** Room for one call, little patience, and behind an address translator. */
        TIGHT("127.0.0.1", "answer-timeout: 5s\n  max-calls: 1\n  advertise: 192.0.2.77", 1),
        /** Peers over TLS, each with a certificate that the other asks for. */
        TLS("127.0.0.1", "answer-timeout: 60s\n  max-calls: 150", 8),
        /** Signalling and media over IPv6. */
        IPV6("::1", "answer-timeout: 60s\n  max-calls: 150", 8);

        private final String bind;
        private final String settings;
        private final int atATime;

        Kind(String bind, String settings, int atATime) {
            this.bind = bind;
            this.settings = settings;
            this.atATime = atATime;
        }
    }

    private final Kind kind;
    private final List<Row> rows;
    private final Path directory;
    private final int ports = FreePorts.run(PORTS);
    private final int network = ThreadLocalRandom.current().nextInt(10, 250);
    private final Semaphore turns;
    private Optional<SSLContext> peersTls = Optional.empty(); // set before the program starts
    private final SottoProcess sotto;

    private Site(Kind kind, List<Row> rows, Path directory)
            throws IOException, InterruptedException, GeneralSecurityException {
        this.kind = kind;
        this.rows = rows;
        this.directory = Files.createDirectory(directory);
        this.turns = new Semaphore(kind.atATime);
        Files.writeString(passwordFile(), PASSWORD + "\n");
        Files.setPosixFilePermissions(passwordFile(), PosixFilePermissions.fromString("rw-------"));
        this.sotto = SottoProcess.run(directory, ports, configuration(kind == Kind.TLS ? tls() : ""));
    }

    /** Starts it; it is ready and warm then: a cold program is slower than T1, and its messages come again. */
    static Site start(Kind kind, List<Row> all, Path directory)
            throws IOException, InterruptedException, GeneralSecurityException {
        Row warmUp = SiteRows.warmUp(kind);
        List<Row> rows = Stream.concat(Stream.of(warmUp), all.stream().filter(row -> row.site() == kind))
                .toList();
        Site site = new Site(kind, rows, directory);
        try {
            Performance.of(warmUp, site);
        } catch (IOException | InterruptedException | AssertionError e) {
            site.close();
            throw e;
        }
        return site;
    }

    /** Those that wait for timers go ahead at once. */
    void enter(Row row) throws InterruptedException {
        if (!row.isLong()) {
            turns.acquire();
        }
    }

    void leave(Row row) {
        if (!row.isLong()) {
            turns.release();
        }
    }

    Path directory() {
        return directory;
    }

    SottoProcess sotto() {
        return sotto;
    }

    private Path passwordFile() {
        return directory.resolve("password");
    }

    private int index(Row row) {
        return 1 + rows.indexOf(row);
    }

    /** Where a part is, without a port. */
    String address(Row row, Part part) {
        return kind == Kind.IPV6 ? "::1" : "127." + network + "." + index(row) + "." + part.host();
    }

    int port(Row row, Part part) {
        return kind == Kind.IPV6 ? ports + 4 + 10 * index(row) + (part.isTrunk() ? 0 : 2) : ports + 4;
    }

    /** Where SIPp itself listens: beside it, where a tunnel has the peer's port. */
    int sippPort(Row row, Part part) {
        return port(row, part) + (part.isTls() ? 1 : 0);
    }

    /** Where the program listens. */
    String target() {
        return (kind == Kind.IPV6 ? "[::1]" : kind.bind) + ":" + (ports + 2);
    }

    private String peerName(Row row, String part) {
        return "r" + index(row) + "-" + part;
    }

    /** Makes the certificates: one of ours, and one for all peers, with the addresses of those that speak TLS. */
    private String tls() throws IOException, InterruptedException, GeneralSecurityException {
        List<String> names = new ArrayList<>();
        for (Row row : rows) {
            row.parts().stream().filter(Part::isTls).forEach(part -> names.add("ip:" + address(row, part)));
        }
        Path ours = Certificates.keyStore(directory, "ours", "ip:127.0.0.1");
        Path theirs = Certificates.keyStore(directory, "theirs", String.join(",", names));
        peersTls = Optional.of(Certificates.tls(Optional.of(theirs), ours));
        Path password = Certificates.passwordFile(directory);
        return """
                  tls:
                    port: %d
                    key-store: %s
                    password-file: %s
                    trust-store: %s
                """
                .formatted(ports + 3, ours, password, Certificates.trustStore(directory, theirs));
    }

    /** What gives a part's SIPp its TLS. */
    TlsTunnel tunnel(Row row, Part part) throws IOException {
        InetSocketAddress peer = new InetSocketAddress(InetAddress.ofLiteral(address(row, part)), port(row, part));
        return new TlsTunnel(peersTls.orElseThrow(), peer, sippPort(row, part), ports + 3);
    }

    private String configuration(String tls) {
        return """
                trunks:
                %s
                agent-peers:
                %s
                routes:
                %s
                gateway:
                  kind: connector
                  url: http://127.0.0.1:%d/pay
                sip:
                  bind: "%s"
                  udp-port: %d
                  tcp-port: %6$d
                  %s
                %s
                media:
                  bind: "%5$s"
                  ports:
                    first: %d
                    last: %d
                http:
                  port: %d
                state:
                  directory: %s
                """
                .formatted(
                        peers(true),
                        peers(false),
                        rows.stream().map(this::routes).collect(Collectors.joining("\n")),
                        ports + 1,
                        kind.bind,
                        ports + 2,
                        kind.settings,
                        tls,
                        ports + MEDIA,
                        ports + PORTS - 1,
                        ports,
                        directory.resolve("state"));
    }

    private String peers(boolean trunks) {
        List<String> lines = new ArrayList<>();
        for (Row row : rows) {
            for (Part part : row.parts()) {
                if (part.isPeer() && part.isTrunk() == trunks) {
                    String host = kind == Kind.IPV6 ? "[::1]" : address(row, part);
                    lines.add("  " + peerName(row, part.name()) + ":");
                    lines.add("    address: \"" + host + ":" + port(row, part) + "\"");
                    List<String> keys = new ArrayList<>(part.keys());
                    if (keys.stream().noneMatch(key -> key.startsWith("srtp:"))) {
                        keys.add("srtp: forbid");
                    }
                    keys.stream()
                            .flatMap(String::lines)
                            .forEach(line -> lines.add("    "
                                    + line.replace("{password}", passwordFile().toString())));
                }
            }
        }
        return String.join("\n", lines);
    }

    private String routes(Row row) {
        String trunks = names(row, true);
        String agents = names(row, false);
        String inwards = trunks.isEmpty() || agents.isEmpty() ? "" : rule("in", trunks, agents);
        String outwards = trunks.isEmpty() || agents.isEmpty() ? "" : rule("out", agents, trunks);
        String whole = row.routes().isEmpty() ? inwards + outwards : row.routes();
        String named = whole;
        for (Part part : row.parts()) {
            named = named.replace("{" + part.name() + "}", peerName(row, part.name()));
        }
        return named.lines()
                .map(line -> line.startsWith(" ") ? "  " + line : "  r" + index(row) + "-" + line)
                .collect(Collectors.joining("\n"));
    }

    private static String rule(String name, String from, String to) {
        return name + ":\n  from: " + from + "\n  to: " + to.replace(" ", ", ") + "\n";
    }

    private static String names(Row row, boolean trunks) {
        return row.parts().stream()
                .filter(part -> part.isPeer() && part.isTrunk() == trunks)
                .map(part -> "{" + part.name() + "}")
                .collect(Collectors.joining(" "));
    }

    /** Waits until the program says that of a peer. */
    void await(Row row, Part.Wish wish) {
        String name = peerName(row, wish.peer());
        Wait.until(row.name() + ": " + wish, SOON, () -> StreamSupport.stream(
                        sotto.json("/v1/peers").spliterator(), false)
                .filter(peer -> peer.path("name").asText().equals(name))
                .map(peer -> peer.path(wish.member()).asText())
                .anyMatch(wish.value()::equals));
    }

    /** Waits for the record of a row's call, which must have heard as much from the first trunk, and sent there. */
    void awaitPackets(Row row, int least) {
        Wait.until(row.name() + ": " + least + " packets each way", SOON, () -> {
            JsonNode trunk =
                    sotto.json("/v1/cdrs?trunk=" + peerName(row, "trunk1")).at("/cdrs/0/legs/0");
            return trunk.path("received").asInt() >= least && trunk.path("sent").asInt() >= least;
        });
    }

    /** Waits until no call is left, and nothing that belongs to one. */
    void awaitQuiet() {
        Wait.until(
                "no call and no media port is left",
                SOON,
                () -> states().stream().allMatch("ENDED"::equals)
                        && sotto.metric("sotto_media_port_pairs_in_use") == 0);
    }

    private List<String> states() throws IOException, InterruptedException {
        JsonNode calls = sotto.json("/v1/calls");
        return calls.findValuesAsText("state");
    }

    @Override
    public void close() {
        sotto.close();
    }
}
