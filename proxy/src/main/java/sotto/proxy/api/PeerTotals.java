package sotto.proxy.api;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.function.Supplier;
import sotto.proxy.trunk.Health;
import sotto.proxy.trunk.PeerView;
import sotto.proxy.trunk.Registered;

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
        GaugeMetricFamily registered = new GaugeMetricFamily(
                "sotto_registration_up", "1 where the last REGISTER to a peer was answered with 2xx", PEER);
        CounterMetricFamily refused = new CounterMetricFamily(
                "sotto_peer_refused_credentials", "Requests to a peer that it did not take our credentials for", PEER);
        CounterMetricFamily wrong = new CounterMetricFamily(
                "sotto_peer_wrong_credentials", "INVITEs from a peer with credentials that are not the ones", PEER);
        for (PeerView peer : peers.get()) {
            List<String> name = List.of(peer.name());
            up.addMetric(name, peer.health() == Health.State.DOWN ? 0 : 1);
            calls.addMetric(name, peer.calls());
            attempts.addMetric(name, (double) peer.attempts());
            failedOver.addMetric(name, (double) peer.failedOver());
            overLimit.addMetric(name, (double) peer.overLimit());
            refused.addMetric(name, (double) peer.refusedCredentials());
            wrong.addMetric(name, (double) peer.wrongCredentials());
            if (peer.registered() != Registered.NONE) {
                registered.addMetric(name, peer.registered() == Registered.UP ? 1 : 0);
            }
        }
        return List.of(up, calls, attempts, failedOver, overLimit, registered, refused, wrong);
    }
}
