package sotto.proxy.api;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.function.Supplier;
import sotto.proxy.evidence.EvidenceCounts;

/** How evidence of captures fares, read whenever the page is. Thread-safe. */
final class EvidenceTotals extends Collector {
    private final Supplier<EvidenceCounts> evidence;

    EvidenceTotals(Supplier<EvidenceCounts> evidence) {
        this.evidence = evidence;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        EvidenceCounts counts = evidence.get();
        return List.of(
                new CounterMetricFamily("sotto_evidence_written", "Records of captures written", counts.written()),
                new CounterMetricFamily("sotto_evidence_failed", "Failures to write them", counts.failures()),
                new GaugeMetricFamily("sotto_evidence_waiting", "Records in memory alone", counts.waiting()),
                new CounterMetricFamily("sotto_evidence_lost", "Records dropped", counts.lost()),
                new CounterMetricFamily(
                        "sotto_tone_packets_forwarded",
                        "Packets that went on within a key's tone in secure-pay",
                        counts.packetsForwarded()));
    }
}
