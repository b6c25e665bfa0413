package sotto.proxy.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import sotto.media.MediaPlane;
import sotto.media.MediaSettings;
import sotto.media.PortRange;
import sotto.media.srtp.SrtpTransforms;
import sotto.pci.Payments;
import sotto.pci.access.Tokens;
import sotto.pci.audit.PaymentJournal;
import sotto.pci.capture.PaymentView;
import sotto.pci.psp.Gateway;
import sotto.pci.psp.connector.ConnectorGateway;
import sotto.pci.psp.connector.ConnectorSettings;
import sotto.pci.psp.stripe.StripeGateway;
import sotto.pci.psp.stripe.StripeSettings;
import sotto.proxy.api.HttpApi;
import sotto.proxy.api.Metrics;
import sotto.proxy.b2bua.Calls;
import sotto.proxy.cdr.CdrSettings;
import sotto.proxy.cdr.Cdrs;
import sotto.proxy.config.GatewaySection;
import sotto.proxy.config.MediaSection;
import sotto.proxy.config.SottoConfig;
import sotto.proxy.evidence.Evidence;
import sotto.proxy.evidence.EvidenceSettings;
import sotto.proxy.realm.Realm;
import sotto.proxy.realm.Realms;

/** The running program: media, payments, calls and API, wired. Started and ended by one thread. */
public final class Sotto implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sotto.class);

    /** What has to be ended, in this order: calls first, so that digits are wiped while the rest still works. */
    private enum Part {
        CALLS,
        PAYMENTS,
        HTTP, // until here: who follows a payment sees its end
        CDR, // after whatever ends a call or a payment
        EVIDENCE,
        MEDIA,
        STATE
    }

    private final SottoConfig config;
    private final Map<Part, AutoCloseable> parts = new EnumMap<>(Part.class);
    private final AtomicBoolean taking = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Calls calls;
    private final HttpApi http;
    private final Tokens tokens;

    private Sotto(SottoConfig config) throws IOException {
        this.config = config;
        try {
            keep(Part.STATE, StateDirectory.claim(config.stateDirectory()));
            tokens = Tokens.open(config.stateDirectory().resolve("tokens"));
            MediaPlane media = keep(Part.MEDIA, media(config));
            Evidence evidence = keep(Part.EVIDENCE, Evidence.open(evidence(config)));
            CallKeys keys = new CallKeys(config.media().mask(), evidence::write);
            Payments payments = keep(Part.PAYMENTS, payments(config, keys));
            Cdrs cdrs = keep(Part.CDR, Cdrs.open(cdrs(config)));
            Metrics metrics = new Metrics(media.counters(), payments, DigitGuard::suppressed);
            metrics.show(cdrs::counts);
            metrics.evidence(evidence::counts);
            CallEvents events = new CallEvents(List.of(
                    new CallEvents.WipeAtEnd(payments::callEnded),
                    metrics,
                    new CallRecorder(id -> made(id, keys, payments), payments, cdrs)));
            Calls.Setting setting = new Calls.Setting(
                    config.sip(),
                    config.realms(),
                    config.peering(),
                    config.media().silenceTimeout(),
                    events,
                    config.stateDirectory().resolve("registrations"));
            calls = keep(Part.CALLS, Calls.start(setting, media));
            keys.serve(calls::media);
            metrics.watch(calls::peers);
            metrics.show(calls.guard());
            metrics.show(names(config.realms()), media.counters());
            metrics.phones(calls.phones());
            metrics.webSockets(names(config.realms()), calls::webSockets);
            HttpApi.Planes planes = new HttpApi.Planes(calls, payments, tokens, cdrs, evidence);
            http = keep(Part.HTTP, HttpApi.start(config.http(), planes, metrics, probes(media)));
        } catch (IOException | RuntimeException e) {
            release();
            throw e;
        }
    }

    /**
     * Starts everything; ready when this returns.
     *
     * @throws IOException where a port cannot be bound; nothing is held then
     */
    public static Sotto start(SottoConfig config) throws IOException {
        Sotto sotto = new Sotto(config);
        sotto.taking.set(true);
        sotto.logStart();
        return sotto;
    }

    private <T extends AutoCloseable> T keep(Part part, T started) {
        parts.put(part, started);
        return started;
    }

    private static List<String> names(Realms realms) {
        return realms.all().stream().map(Realm::name).toList();
    }

    private static MediaPlane media(SottoConfig config) throws IOException {
        List<PortRange> ranges = new ArrayList<>();
        for (Realm realm : config.realms().all()) {
            Realm.Audio audio = realm.audio();
            ranges.add(new PortRange(InetAddress.getByName(audio.bind()), audio.firstPort(), audio.lastPort()));
        }
        MediaSection section = config.media();
        try {
            return MediaPlane.start(new MediaSettings(
                    ranges,
                    config.sip().maxCalls(),
                    section.workers(),
                    section.tapDirectory(),
                    section.dscp(),
                    section.engine()));
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e); // what the file says is wrong, not we: one line, no trace
        }
    }

    private static Payments payments(SottoConfig config, CallKeys keys) {
        PaymentJournal journal = PaymentJournal.open(config.stateDirectory().resolve("journal"));
        GatewaySection section = config.gateway();
        return new Payments(keys, Map.of(section.name(), gateway(section)), config.securePay(), journal);
    }

    private static CdrSettings cdrs(SottoConfig config) {
        return new CdrSettings(config.stateDirectory().resolve("cdr"), config.cdrKeep(), Version.text());
    }

    private static EvidenceSettings evidence(SottoConfig config) {
        return new EvidenceSettings(config.stateDirectory().resolve("evidence"), HostName.text(), Version.text());
    }

    private static Gateway gateway(GatewaySection section) {
        return switch (section.kind()) {
            case CONNECTOR ->
                new ConnectorGateway(new ConnectorSettings(section.url(), section.credentialFile(), section.timeout()));
            case STRIPE ->
                new StripeGateway(new StripeSettings(
                        section.url(),
                        section.credentialFile()
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "gateway.credential-file is missing; Stripe wants a key")),
                        section.timeout()));
        };
    }

    /** Payments of a call that is over; only looked for where the call was masked. */
    private static List<PaymentView> made(String callId, CallKeys keys, Payments payments) {
        return keys.wasMasked(callId) ? payments.ofCall(callId) : List.of();
    }

    private HttpApi.Probes probes(MediaPlane media) {
        return new HttpApi.Probes() {
            @Override
            public boolean isReady() {
                return taking.get() && works();
            }

            @Override
            public boolean works() {
                return media.healthy();
            }
        };
    }

    private void logStart() {
        LoggingEventBuilder line =
                LOG.atInfo().addKeyValue("version", Version.text()).addKeyValue("java", Runtime.version());
        if (config.realms().isDefault()) {
            line = listening(line, config.realms().all().getFirst());
        } else {
            config.realms().all().forEach(realm -> listening(LOG.atInfo().addKeyValue("realm", realm.name()), realm)
                    .addKeyValue("told", realm.host())
                    .log("listens"));
        }
        line.addKeyValue("srtp", SrtpTransforms.engine())
                .addKeyValue("workers", config.media().workers())
                .addKeyValue("http", http.port())
                .addKeyValue("gateway", config.gateway().name())
                .addKeyValue(
                        "tap",
                        config.media().tapDirectory().map(Object::toString).orElse("off"))
                .addKeyValue("state", config.stateDirectory())
                .log("started; takes calls");
    }

    private static LoggingEventBuilder listening(LoggingEventBuilder line, Realm realm) {
        Realm.Signalling sip = realm.sip();
        LoggingEventBuilder ports = line.addKeyValue("sip", sip.bind())
                .addKeyValue("udp", sip.udpPort())
                .addKeyValue("tcp", sip.tcpPort())
                .addKeyValue(
                        "tls",
                        sip.tlsPort().isPresent()
                                ? Integer.toString(sip.tlsPort().getAsInt())
                                : "off");
        if (sip.wsPort().isPresent()) {
            ports = ports.addKeyValue("ws", sip.wsPort().getAsInt());
        }
        if (sip.wssPort().isPresent()) {
            ports = ports.addKeyValue("wss", sip.wssPort().getAsInt());
        }
        return ports.addKeyValue(
                "rtp", realm.audio().firstPort() + ".." + realm.audio().lastPort());
    }

    /** Port of the API, as bound. */
    public int httpPort() {
        return http.port();
    }

    /** The token that this start made, the first time it is asked for; empty where there was one already. */
    public Optional<String> takeBootstrapToken() {
        return tokens.takeBootstrap();
    }

    /** Drains calls and payments, then ends. Idempotent. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        taking.set(false);
        LOG.info(
                "draining: no new calls; {} are up and have {} s",
                calls.list().stream()
                        .filter(call -> !call.state().equals("ENDED"))
                        .count(),
                config.drainTimeout().toSeconds());
        try {
            calls.drain(config.drainTimeout());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the rest is ended all the same
        }
        release();
        LOG.info("ended");
    }

    private void release() {
        parts.forEach((part, started) -> {
            try {
                started.close();
            } catch (Exception e) {
                LOG.error("{} did not end as it should; the rest is ended all the same", part, e);
            }
        });
        parts.clear();
    }
}
