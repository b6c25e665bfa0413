package sotto.proxy.api;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sotto.proxy.location.BindingView;
import sotto.proxy.location.LocationService;
import sotto.proxy.location.Result;

/** How phones fare that register through us, read whenever the page is; without such, names alone. Thread-safe. */
final class PhoneTotals extends Collector {
    private final Optional<LocationService> phones;

    PhoneTotals(Optional<LocationService> phones) {
        this.phones = phones;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        GaugeMetricFamily bindings = new GaugeMetricFamily(
                "sotto_phone_bindings", "Phones that are registered through us now, by PBX", List.of("peer"));
        CounterMetricFamily registers =
                new CounterMetricFamily("sotto_phone_registers", "REGISTERs of phones, by result", List.of("result"));
        CounterMetricFamily unanswered = new CounterMetricFamily(
                "sotto_phone_keep_alives_unanswered", "OPTIONS that a phone did not answer", List.of());
        phones.ifPresent(service -> {
            Map<String, Integer> byPeer = new HashMap<>();
            service.names().forEach(name -> byPeer.put(name, 0));
            for (BindingView binding : service.views()) {
                byPeer.merge(binding.peer(), 1, Integer::sum);
            }
            byPeer.forEach((peer, count) -> bindings.addMetric(List.of(peer), count));
            for (Result result : Result.values()) {
                registers.addMetric(List.of(result.label()), (double) service.total(result));
            }
            unanswered.addMetric(List.of(), (double) service.unanswered());
        });
        return List.of(bindings, registers, unanswered);
    }
}
