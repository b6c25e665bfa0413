package sotto.proxy.sipp;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import sotto.proxy.e2e.Sipp;
import sotto.proxy.e2e.Wait;

/** One row being played: its SIPps, from start to end. One thread. */
final class Performance {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long STEP_NS = 10_000_000;
    private static final Duration OTHERS_TOO = Duration.ofSeconds(2); // once one has failed

    private final Row row;
    private final Site site;
    private final List<Sipp> playing = new ArrayList<>();
    private final Map<String, TlsTunnel> tunnels = new HashMap<>(); // by part

    private Performance(Row row, Site site) {
        this.row = row;
        this.site = site;
    }

    /** Plays it to the end; throws where a SIPp, or the program, did not do what the row says. */
    static void of(Row row, Site site) throws IOException, InterruptedException {
        site.enter(row);
        try {
            new Performance(row, site).play();
        } finally {
            site.leave(row);
        }
    }

    private void play() throws IOException {
        try {
            for (Part part : row.parts()) {
                if (part.isTls()) {
                    tunnels.put(part.name(), site.tunnel(row, part));
                }
                if (part.isCalled()) {
                    start(part, List.of());
                    Wait.until(row.name() + ": " + part.name() + " listens", SOON, () -> listens(part));
                }
            }
            for (Part part : row.parts()) {
                if (part.scenario().isPresent() && !part.isCalled()) {
                    part.waitsFor().ifPresent(wish -> site.await(row, wish));
                    start(part, List.of(target(part)));
                }
            }
            end();
        } finally {
            playing.forEach(Sipp::close);
            for (TlsTunnel tunnel : tunnels.values()) {
                tunnel.close();
            }
        }
        row.comesTo().forEach(wish -> site.await(row, wish));
        if (row.packets() > 0) {
            site.awaitPackets(row, row.packets());
        }
        for (Part part : row.parts()) {
            if (part.isPeer()) {
                site.await(row, new Part.Wish(part.name(), "calls", "0"));
            }
        }
    }

    private String target(Part part) {
        TlsTunnel tunnel = tunnels.get(part.name());
        return tunnel == null ? site.target() : site.address(row, part) + ":" + tunnel.port();
    }

    private void start(Part part, List<String> target) throws IOException {
        String address = site.address(row, part);
        String port = Integer.toString(site.sippPort(row, part));
        List<String> arguments = new ArrayList<>(List.of("-i", address, "-bind_local", "-p", port, "-mi", address));
        arguments.addAll(List.of("-cid_str", part.name() + "-%u-%p@%s", "-m", Integer.toString(row.calls())));
        arguments.addAll(List.of("-timeout", row.atMostS() + "s", "-recv_timeout", row.atMostS() * 1000 + ""));
        if (!part.arguments().contains("-s")) {
            arguments.addAll(List.of("-s", "100"));
        }
        arguments.addAll(part.arguments());
        arguments.addAll(target);
        String name = row.name() + "-" + part.name();
        String xml = part.scenario().orElseThrow().xml(part.name(), others(part));
        playing.add(Sipp.start(site.directory(), name, part.isTls() ? withTls(part, xml) : xml, arguments));
    }

    /** The same, saying where the tunnel is and what it speaks. */
    private String withTls(Part part, String xml) {
        return xml.replace("[transport]", "TLS").replace("[local_port]", Integer.toString(site.port(row, part)));
    }

    /** Whatever would tell who is on the other side. */
    private String others(Part own) {
        return row.parts().stream()
                .filter(part -> !part.equals(own))
                .map(part -> {
                    String address = site.address(row, part);
                    String names = part.name() + "-[0-9]";
                    return address.contains(":") ? names : names + "|" + address.replace(".", "[.]") + "([^0-9]|$)";
                })
                .collect(Collectors.joining("|"));
    }

    /** Waits for all; once one has failed, the others have a moment, for their part of the story. */
    private void end() {
        long endNs = System.nanoTime() + Duration.ofSeconds(row.atMostS() + 5L).toNanos();
        while (playing.stream().anyMatch(Sipp::isRunning) && System.nanoTime() < endNs) {
            boolean failed = playing.stream().anyMatch(sipp -> !sipp.isRunning() && !sipp.hasSucceeded());
            endNs = failed ? Math.min(endNs, System.nanoTime() + OTHERS_TOO.toNanos()) : endNs;
            LockSupport.parkNanos(STEP_NS);
        }
        if (!playing.stream().allMatch(Sipp::hasSucceeded)) {
            throw new AssertionError(row.name() + " (" + row.shows() + ")\n"
                    + playing.stream().map(Sipp::outcome).collect(Collectors.joining("\n")));
        }
    }

    /** Looks the socket up where Linux lists them, so that nothing is sent before. */
    private boolean listens(Part part) throws IOException {
        InetAddress address = InetAddress.ofLiteral(site.address(row, part));
        String file = (part.isTcp() ? "tcp" : "udp") + (address instanceof Inet6Address ? "6" : "");
        ByteBuffer octets = ByteBuffer.wrap(address.getAddress()).order(ByteOrder.LITTLE_ENDIAN);
        StringBuilder local = new StringBuilder();
        while (octets.hasRemaining()) { // words in the byte order of the machine
            local.append(HexFormat.of().withUpperCase().toHexDigits(octets.getInt()));
        }
        String wanted = " " + local + ":" + "%04X".formatted(site.sippPort(row, part)) + " ";
        return Files.readString(Path.of("/proc/net", file))
                .toUpperCase(Locale.ROOT)
                .contains(wanted);
    }
}
