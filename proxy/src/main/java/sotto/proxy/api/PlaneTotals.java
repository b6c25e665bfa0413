package sotto.proxy.api;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import sotto.media.MediaCounters;
import sotto.media.packet.Verdict;
import sotto.pci.Payments;
import sotto.pci.card.CardDigits;

/** Totals that media and card plane keep for themselves, read whenever the page is. Thread-safe. */
final class PlaneTotals extends Collector {
    private static final List<String> RESULTS = List.of(
            "captured",
            "authorised",
            "tokenised",
            "declined",
            "unknown",
            "failed",
            "cancelled",
            "caller-hung-up",
            "arm-failed",
            "resolved",
            "unresolved");

    private final MediaCounters media;
    private final Payments payments;
    private final LongSupplier calls;
    private final LongSupplier logDigitsSuppressed;

    PlaneTotals(MediaCounters media, Payments payments, LongSupplier calls, LongSupplier logDigitsSuppressed) {
        this.media = media;
        this.payments = payments;
        this.calls = calls;
        this.logDigitsSuppressed = logDigitsSuppressed;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        List<MetricFamilySamples> families = new ArrayList<>();
        families.add(new GaugeMetricFamily("sotto_calls", "Answered calls now", calls.getAsLong()));
        CounterMetricFamily packets = new CounterMetricFamily(
                "sotto_packets", "RTP and fax packets by what became of them", List.of("verdict"));
        for (Verdict verdict : Verdict.values()) {
            packets.addMetric(List.of(PaymentBody.wireName(verdict)), (double) media.packets(verdict));
        }
        families.add(packets);
        families.add(new CounterMetricFamily("sotto_rtcp_packets", "RTCP packets received", media.rtcpPackets()));
        families.add(new CounterMetricFamily("sotto_dtmf_events", "Key presses seen, by source", List.of("source"))
                .addMetric(List.of("telephone-event"), (double) media.telephoneEvents())
                .addMetric(List.of("in-band"), (double) media.inBandTones())
                .addMetric(List.of("sip-info"), (double) media.infoKeys()));
        families.add(new CounterMetricFamily(
                "sotto_tap_dropped", "Tap records dropped for a full ring", media.tapDropped()));
        families.add(new CounterMetricFamily(
                "sotto_tap_failed_files",
                "Tap files that the disk refused, wholly or from some point on",
                media.tapFailedFiles()));
        families.add(new CounterMetricFamily(
                "sotto_tap_unwritten",
                "Packets that did not reach their tap file because it had failed",
                media.tapUnwritten()));
        families.add(new GaugeMetricFamily("sotto_media_port_pairs", "Port pairs of the pool", media.portPairs()));
        families.add(
                new GaugeMetricFamily("sotto_media_port_pairs_in_use", "Port pairs in use", media.portPairsInUse()));
        families.add(new CounterMetricFamily(
                "sotto_media_faults", "Faults of ours that ended the audio of a call", media.faults()));
        families.add(new GaugeMetricFamily("sotto_media_workers", "Media workers that were started", media.workers()));
        families.add(new GaugeMetricFamily("sotto_media_workers_up", "Media workers that run", media.workersUp()));
        families.addAll(paymentFamilies());
        families.add(new CounterMetricFamily(
                "sotto_log_digits_suppressed",
                "Log lines in which something like a card number was suppressed",
                logDigitsSuppressed.getAsLong()));
        return families;
    }

    private List<MetricFamilySamples> paymentFamilies() {
        Map<String, Long> results = new LinkedHashMap<>();
        RESULTS.forEach(name -> results.put(name, 0L)); // a counter that is there at 0 can be alerted on
        results.putAll(payments.results());
        CounterMetricFamily byResult =
                new CounterMetricFamily("sotto_payments", "Payments by result", List.of("result"));
        results.forEach((name, count) -> byResult.addMetric(List.of(name), count));
        return List.of(
                byResult,
                new GaugeMetricFamily("sotto_payments_in_progress", "Payments under way", payments.inProgress()),
                new GaugeMetricFamily(
                        "sotto_payments_unknown",
                        "Doubtful payments whose gateway is being asked",
                        payments.doubtful()),
                new GaugeMetricFamily("sotto_card_digits_live", "Fields that hold a digit now", CardDigits.live()),
                new CounterMetricFamily(
                        "sotto_journal_failures", "Journal records not written", payments.journalFailures()));
    }
}
