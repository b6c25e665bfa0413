package sotto.proxy.api;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import sotto.media.MediaCounters;

/** Media ports of each realm, read whenever the page is. Thread-safe. */
final class RealmTotals extends Collector {
    private final List<String> realms;
    private final MediaCounters media;

    RealmTotals(List<String> realms, MediaCounters media) {
        this.realms = List.copyOf(realms);
        this.media = media;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        GaugeMetricFamily pairs =
                new GaugeMetricFamily("sotto_realm_port_pairs", "Port pairs of a realm", List.of("realm"));
        GaugeMetricFamily inUse = new GaugeMetricFamily(
                "sotto_realm_port_pairs_in_use", "Port pairs of a realm in use", List.of("realm"));
        for (int i = 0; i < realms.size(); i++) {
            pairs.addMetric(List.of(realms.get(i)), media.portPairs(i));
            inUse.addMetric(List.of(realms.get(i)), media.portPairsInUse(i));
        }
        return List.of(pairs, inUse);
    }
}
