package sotto.proxy.api;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import sotto.proxy.guard.BanView;
import sotto.proxy.guard.Cause;
import sotto.proxy.guard.SourceGuard;

/** Whom SIP is not taken from, read whenever the page is. Thread-safe. */
final class GuardTotals extends Collector {
    private static final List<String> CAUSE = List.of("cause");
    private static final EnumSet<Cause> BANNED =
            EnumSet.of(Cause.FLOOD, Cause.SCANNER, Cause.WRONG_PASSWORD, Cause.BY_HAND);

    private final SourceGuard guard;

    GuardTotals(SourceGuard guard) {
        this.guard = guard;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Map<Cause, Integer> counts = new EnumMap<>(Cause.class);
        for (BanView ban : guard.bans(System.nanoTime())) {
            counts.merge(ban.cause(), 1, Integer::sum);
        }
        GaugeMetricFamily bans = new GaugeMetricFamily("sotto_sip_bans", "Sources that are banned now", CAUSE);
        for (Cause cause : BANNED) {
            bans.addMetric(List.of(cause.text()), counts.getOrDefault(cause, 0));
        }
        CounterMetricFamily dropped = new CounterMetricFamily(
                "sotto_sip_banned_dropped", "SIP messages and connections dropped before they were read", CAUSE);
        for (Cause cause : Cause.values()) {
            dropped.addMetric(List.of(cause.text()), (double) guard.dropped(cause));
        }
        return List.of(bans, dropped);
    }
}
