package sotto.proxy.config;

/**
 * Section {@code http}: API, metrics and health.
 *
 * @param bind local address
 * @param port TCP port
 * @param metrics who may read {@code /metrics}
 */
public record HttpSection(String bind, int port, MetricsAccess metrics) {
    /** Who may read the metrics. */
    public enum MetricsAccess {
        /** Clients on this machine, without a token. */
        LOOPBACK,
        /** Bearers of a token. */
        TOKEN,
        /** Anybody who reaches the port. */
        OPEN
    }
}
