package sotto.proxy.config;

import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code host}, {@code host:port}, {@code [v6]} or {@code [v6]:port} (RFC 3261 §25.1, hostport).
 *
 * @param host without brackets
 */
record HostPort(String host, OptionalInt port) {
    private static final Pattern FORM =
            Pattern.compile("(?:\\[(?<v6>[0-9A-Fa-f:.]+)]|(?<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?))"
                    + "(?::(?<port>\\d{1,5}))?");

    /** Reads one; empty where it has another form or the port is not in 1..65535. */
    static Optional<HostPort> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        String v6 = form.group("v6");
        String host = v6 != null ? v6 : form.group("host");
        if (v6 != null && literal(v6).isEmpty()) {
            return Optional.empty();
        }
        if (form.group("port") == null) {
            return Optional.of(new HostPort(host, OptionalInt.empty()));
        }
        int port = Integer.parseInt(form.group("port"));
        return port >= 1 && port <= 65535 ? Optional.of(new HostPort(host, OptionalInt.of(port))) : Optional.empty();
    }

    /** An address written in digits; empty for a name. Asks no resolver. */
    static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** True for this machine's own loopback, by address or by name. */
    static boolean isLoopback(String host) {
        return host.equals("localhost")
                || literal(host).map(InetAddress::isLoopbackAddress).orElse(false);
    }
}
