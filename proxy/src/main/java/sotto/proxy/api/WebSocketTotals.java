package sotto.proxy.api;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.function.ToIntFunction;

/** Connections by WebSocket of each realm, read whenever the page is. Thread-safe. */
final class WebSocketTotals extends Collector {
    private final List<String> realms;
    private final ToIntFunction<String> connections;

    WebSocketTotals(List<String> realms, ToIntFunction<String> connections) {
        this.realms = List.copyOf(realms);
        this.connections = connections;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        GaugeMetricFamily open = new GaugeMetricFamily(
                "sotto_ws_connections", "WebSocket connections that are open, by realm", List.of("realm"));
        realms.forEach(realm -> open.addMetric(List.of(realm), connections.applyAsInt(realm)));
        return List.of(open);
    }
}
