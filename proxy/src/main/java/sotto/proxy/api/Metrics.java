package sotto.proxy.api;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import io.prometheus.client.exporter.common.TextFormat;
import io.prometheus.client.hotspot.DefaultExports;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import sotto.media.MediaCounters;
import sotto.media.srtp.SrtpSuite;
import sotto.media.worker.LegReport;
import sotto.pci.Payments;
import sotto.proxy.b2bua.CallEnd;
import sotto.proxy.b2bua.CallListener;
import sotto.proxy.b2bua.CallView;
import sotto.proxy.cdr.CdrCounts;
import sotto.proxy.evidence.EvidenceCounts;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.location.LocationService;
import sotto.proxy.stir.Failure;
import sotto.proxy.trunk.PeerView;

/** What Prometheus reads: events of calls are counted here, totals of the planes are read when the page is. Thread-safe. */
public final class Metrics implements CallListener {
    private static final List<String> RESULTS = List.of("answered", "refused", "cancelled", "failed");
    private static final List<String> CAUSES = List.of(
            "malformed",
            "merged",
            "malformed-sdp",
            "no-audio",
            "unknown-codec",
            "srtp-required",
            "srtp-forbidden",
            "dtls-refused",
            "t38-refused",
            "stranger",
            "wrong-realm",
            "tls-refused",
            "plain-sip",
            "silent-connection",
            "datagrams-waiting",
            "ws-request",
            "ws-path",
            "ws-origin",
            "ws-protocol",
            "ws-frame",
            "ws-slow",
            "ws-connections",
            "no-media-port",
            "peer-unreachable",
            "answer-timeout",
            "unsupported-body",
            "unsupported-extension",
            "unsupported-uri",
            "not-acceptable",
            "too-many-hops",
            "session-interval-too-small",
            "session-expired",
            "media-timeout",
            "not-acknowledged",
            "refresh-refused",
            "secure-pay",
            "transfer-refused",
            "transfer-failed",
            "message-refused",
            "malformed-key",
            "too-many-calls",
            "peer-limit",
            "no-route",
            "no-phone",
            "identity-refused",
            "too-many-transactions",
            "overload",
            "draining");
    private static final List<String> STATUSES =
            List.of("200", "201", "204", "400", "401", "404", "405", "406", "409", "413", "415", "422", "500", "503");
    private static final List<String> VERIFIED = Stream.concat(
                    Stream.of("passed"), Arrays.stream(Failure.values()).map(Failure::label))
            .toList();
    private static final List<String> SIGNED = List.of("A", "B", "C", "none");
    private static final List<String> NO_KEYS = List.of("none", "dtls-pending", "dtls-failed");
    private static final double[] SETUP_SECONDS = {
        .0005, .001, .0015, .002, .003, .004, .005, .0075, .01, .015, .02, .03, .05, .1, .25, .5, 1
    };
    private static final double[] JITTER_SECONDS = {.0005, .001, .002, .005, .01, .02, .03, .05, .1, .2};
    private static final double[] LOSS_RATIOS = {.0001, .001, .005, .01, .02, .05, .1, .2, .5};
    private static final double[] MOS = {1.5, 2, 2.5, 3, 3.5, 3.8, 4, 4.1, 4.2, 4.3, 4.4};

    private final CollectorRegistry registry = new CollectorRegistry();
    private final AtomicLong active = new AtomicLong();
    private final Counter calls = counter("sotto_calls", "Calls that ended, by result", "result", RESULTS);
    private final Counter refused = counter("sotto_refused", "Messages and calls refused, by cause", "cause", CAUSES);
    private final Counter http = counter("sotto_http_requests", "HTTP requests by status", "status", STATUSES);
    private final Counter verified =
            counter("sotto_stir_verified", "Callers' numbers verified, by result", "result", VERIFIED);
    private final Counter signed =
            counter("sotto_stir_signed", "Calls to peers that are to have our word, by attestation", "attest", SIGNED);
    private final Counter legs = legs();
    private final Histogram.Child setup = Histogram.build(
                    "sotto_call_setup_seconds", "Set-up time that the proxy added")
            .buckets(SETUP_SECONDS)
            .register(registry)
            .labels();
    private final Histogram jitter = bySide("sotto_leg_jitter_seconds", "Jitter at the end of a call", JITTER_SECONDS);
    private final Histogram loss = bySide("sotto_leg_loss_ratio", "Share of packets lost, of a call", LOSS_RATIOS);
    private final Histogram mos = bySide("sotto_leg_mos", "Estimated quality at the end of a call", MOS);

    /**
     * @param logDigitsSuppressed log lines in which something like a card number was suppressed
     */
    public Metrics(MediaCounters media, Payments payments, LongSupplier logDigitsSuppressed) {
        new QualityTotals(media).register(registry);
        new PlaneTotals(media, payments, active::get, logDigitsSuppressed).register(registry);
        Gauge.build("sotto_build_info", "1; the labels say what runs")
                .labelNames("version", "java")
                .register(registry)
                .labels(version(), Runtime.version().toString())
                .set(1);
        DefaultExports.register(registry);
    }

    /**
     * Adds what realms have of media ports.
     *
     * @param realms names, in the order of the ranges of the media plane
     */
    public void show(List<String> realms, MediaCounters media) {
        new RealmTotals(realms, media).register(registry);
    }

    /** Adds how many connections realms have by WebSocket. Once. */
    public void webSockets(List<String> realms, ToIntFunction<String> connections) {
        new WebSocketTotals(realms, connections).register(registry);
    }

    /** Adds what peers tell of themselves. */
    public void watch(Supplier<List<PeerView>> peers) {
        new PeerTotals(peers).register(registry);
    }

    private static String version() {
        return Optional.ofNullable(Metrics.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    private Counter counter(String name, String help, String label, List<String> values) {
        Counter counter = Counter.build(name, help).labelNames(label).register(registry);
        values.forEach(counter::labels); // made now: a counter that is there at 0 can be alerted on
        return counter;
    }

    private Counter legs() {
        Counter counter = Counter.build("sotto_legs", "Legs of answered calls, by what encrypted them at their end")
                .labelNames("side", "keying", "srtp")
                .register(registry);
        for (String side : List.of("caller", "agent")) {
            NO_KEYS.forEach(keying -> counter.labels(side, keying, "none"));
            for (SrtpSuite suite : SrtpSuite.values()) {
                counter.labels(side, "sdes", suite.name());
                counter.labels(side, "dtls", suite.name());
            }
        }
        return counter;
    }

    private Histogram bySide(String name, String help, double[] buckets) {
        Histogram histogram =
                Histogram.build(name, help).labelNames("side").buckets(buckets).register(registry);
        List.of("caller", "agent").forEach(histogram::labels);
        return histogram;
    }

    @Override
    public void answered(CallView call, Duration setupAdded) {
        active.incrementAndGet();
        setup.observe(seconds(setupAdded));
    }

    @Override
    public void ended(CallEnd end) {
        calls.labels(result(end.sipStatus())).inc();
        if (end.sipStatus() == 200) {
            active.decrementAndGet();
        }
        if (end.sipStatus() == 200) {
            end.call().legs().forEach(leg -> legs.labels(leg.side(), leg.keying(), leg.srtp())
                    .inc());
        }
        end.caller().ifPresent(report -> quality("caller", report));
        end.agent().ifPresent(report -> quality("agent", report));
    }

    private static String result(int sipStatus) { // final status of the INVITE, RFC 3261 §21
        return switch (sipStatus) {
            case 200 -> "answered";
            case 487 -> "cancelled"; // Request Terminated
            case 408 -> "failed"; // Request Timeout
            default -> sipStatus >= 500 && sipStatus < 600 ? "failed" : "refused";
        };
    }

    private void quality(String side, LegReport report) {
        if (report.received() == 0) {
            return; // nothing was heard: jitter and MOS would be made up
        }
        jitter.labels(side).observe(report.jitterMs() / 1000);
        loss.labels(side).observe((double) report.lost() / (report.lost() + report.received()));
        mos.labels(side).observe(report.mos());
    }

    @Override
    public void refused(String cause, int sipStatus) {
        refused.labels(cause).inc();
    }

    @Override
    public void verified(String result) {
        verified.labels(result).inc();
    }

    @Override
    public void signed(String attest) {
        signed.labels(attest).inc();
    }

    /** Shows how call detail records fare. Once. */
    public void show(Supplier<CdrCounts> cdrs) {
        new CdrTotals(cdrs).register(registry);
    }

    /** Shows how evidence of captures fares. Once. */
    public void evidence(Supplier<EvidenceCounts> evidence) {
        new EvidenceTotals(evidence).register(registry);
    }

    /** Shows how phones fare that register through us. Once. */
    public void phones(Optional<LocationService> location) {
        new PhoneTotals(location).register(registry);
    }

    /** Shows whom SIP is not taken from. Once. */
    public void show(SourceGuard guard) {
        new GuardTotals(guard).register(registry);
    }

    /** An HTTP request was answered. */
    void httpRequest(int status) {
        http.labels(Integer.toString(status)).inc();
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /** The page in the Prometheus text format, version 0.0.4. */
    public String page() {
        StringWriter page = new StringWriter();
        try {
            TextFormat.write004(page, registry.metricFamilySamples());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string does not fail
        }
        return page.toString();
    }
}
