package sotto.proxy.api;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.function.Supplier;
import sotto.proxy.cdr.CdrCounts;

/** How call detail records fare, read whenever the page is. Thread-safe. */
final class CdrTotals extends Collector {
    private final Supplier<CdrCounts> cdrs;

    CdrTotals(Supplier<CdrCounts> cdrs) {
        this.cdrs = cdrs;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        CdrCounts counts = cdrs.get();
        return List.of(
                new CounterMetricFamily("sotto_cdr_written", "CDR entries written to the journal", counts.written()),
                new GaugeMetricFamily("sotto_cdr_pending", "CDR entries not in the database yet", counts.pending()),
                new CounterMetricFamily("sotto_cdr_failed", "Failures to write CDRs, by part", List.of("part"))
                        .addMetric(List.of("journal"), (double) counts.journalFailures())
                        .addMetric(List.of("database"), (double) counts.databaseFailures()),
                new CounterMetricFamily("sotto_cdr_lost", "CDR entries dropped or unreadable", counts.lost()));
    }
}
