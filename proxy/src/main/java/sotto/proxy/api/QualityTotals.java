package sotto.proxy.api;

import io.prometheus.client.Collector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import sotto.media.MediaCounters;
import sotto.media.packet.Side;
import sotto.media.worker.QualityCounts;
import sotto.media.worker.QualityCounts.Measure;

/** How legs sounded in spans of 5 s, as histograms by side; the media plane counts, the page reads. Thread-safe. */
final class QualityTotals extends Collector {
    private static final List<String> SIDE = List.of("side");
    private static final List<String> SIDE_AND_LIMIT = List.of("side", "le");

    private final MediaCounters media;

    QualityTotals(MediaCounters media) {
        this.media = media;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        return List.of(
                family("sotto_interval_jitter_seconds", "Jitter at the end of a span of 5 s of a leg", Measure.JITTER),
                family("sotto_interval_loss_ratio", "Share of packets lost in a span of 5 s of a leg", Measure.LOSS),
                family("sotto_interval_mos", "Estimated quality of a span of 5 s of a leg", Measure.MOS),
                family(
                        "sotto_interval_round_trip_seconds",
                        "Round trip to the peer in a span of 5 s of a leg, where RTCP tells it",
                        Measure.ROUND_TRIP));
    }

    private MetricFamilySamples family(String name, String help, Measure measure) {
        List<MetricFamilySamples.Sample> samples = new ArrayList<>();
        for (Side side : Side.values()) {
            String label = side.name().toLowerCase(Locale.ROOT);
            QualityCounts.Spread spread = media.quality(side, measure);
            long upTo = 0; // buckets of Prometheus include those below
            for (int i = 0; i < spread.counts().size(); i++) {
                upTo += spread.counts().get(i);
                double limit = i < measure.limits().size() ? measure.limits().get(i) : Double.POSITIVE_INFINITY;
                samples.add(sample(
                        name + "_bucket", SIDE_AND_LIMIT, List.of(label, doubleToGoString(limit)), (double) upTo));
            }
            samples.add(sample(name + "_count", SIDE, List.of(label), (double) upTo));
            samples.add(sample(name + "_sum", SIDE, List.of(label), spread.sum()));
        }
        return new MetricFamilySamples(name, Type.HISTOGRAM, help, samples);
    }

    private static MetricFamilySamples.Sample sample(
            String name, List<String> labels, List<String> values, double value) {
        return new MetricFamilySamples.Sample(name, labels, values, value);
    }
}
