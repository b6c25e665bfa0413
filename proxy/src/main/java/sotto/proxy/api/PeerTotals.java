package sotto.proxy.api;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.function.Supplier;
import sotto.proxy.trunk.Health;
import sotto.proxy.trunk.PeerView;

/** How trunks and the peers behind them do, read whenever the page is. Thread-safe. */
final class PeerTotals extends Collector {
    private static final List<String> PEER = List.of("peer");

    private final Supplier<List<PeerView>> peers;

    PeerTotals(Supplier<List<PeerView>> peers) {
        this.peers = peers;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        GaugeMetricFamily up = new GaugeMetricFamily("sotto_peer_up", "0 where OPTIONS are not answered", PEER);
        GaugeMetricFamily calls = new GaugeMetricFamily("sotto_peer_calls", "Calls from and to a peer now", PEER);
        CounterMetricFamily attempts = new CounterMetricFamily("sotto_peer_attempts", "INVITEs sent to a peer", PEER);
        CounterMetricFamily failedOver = new CounterMetricFamily(
                "sotto_peer_failed_over", "Calls that went to the next peer because this one failed", PEER);
        CounterMetricFamily overLimit =
                new CounterMetricFamily("sotto_peer_over_limit", "Calls that a peer's limits kept away", PEER);
        for (PeerView peer : peers.get()) {
            List<String> name = List.of(peer.name());
            up.addMetric(name, peer.health() == Health.State.DOWN ? 0 : 1);
            calls.addMetric(name, peer.calls());
            attempts.addMetric(name, (double) peer.attempts());
            failedOver.addMetric(name, (double) peer.failedOver());
            overLimit.addMetric(name, (double) peer.overLimit());
        }
        return List.of(up, calls, attempts, failedOver, overLimit);
    }
}
