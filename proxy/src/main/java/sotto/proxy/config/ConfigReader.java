package sotto.proxy.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import sotto.media.MediaSettings;
import sotto.media.dtmf.MaskSettings;
import sotto.media.worker.EngineSettings;
import sotto.pci.capture.PaymentSettings;
import sotto.proxy.config.GatewaySection.Kind;
import sotto.proxy.config.HttpSection.MetricsAccess;
import sotto.proxy.guard.GuardSettings;
import sotto.proxy.realm.Realm;
import sotto.proxy.realm.Realms;

/** Reads conf/sotto.yaml. Each key with its bounds and default is here; conf/reference.yaml explains them. */
public final class ConfigReader {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int MOST_WORKERS = 256;
    private static final int DNS_PORT = 53;
    static final String NO_WEB_SOCKET = "without the key nobody connects so";

    private final Findings findings = new Findings();
    private final RealmReader realmReader = new RealmReader(findings);
    private final SequencedMap<String, String> keys = new LinkedHashMap<>();
    private final NamedFiles files;
    private Optional<SottoConfig> config = Optional.empty();

    private ConfigReader(Path home) {
        this.files = new NamedFiles(home);
    }

    /**
     * What a file says, and what is wrong with it.
     *
     * @param config present exactly where there are no problems
     * @param warnings what works but is unwise
     */
    public record Reading(Optional<SottoConfig> config, List<String> problems, List<String> warnings) {}

    /**
     * Reads and checks a file.
     *
     * @throws ConfigProblems with every problem found, not only the first
     * @throws IOException where the file cannot be read
     */
    public static SottoConfig read(Path file) throws ConfigProblems, IOException {
        Reading reading = inspect(file);
        return reading.config().orElseThrow(() -> new ConfigProblems(reading.problems()));
    }

    /**
     * Reads and checks a file, warnings included. Relative paths in it start at the directory that the system property
     * {@code sotto.home} names, which {@code ./sotto} sets; without it, where the program was started.
     *
     * @throws IOException where the file cannot be read
     */
    public static Reading inspect(Path file) throws IOException {
        Path home = Path.of(System.getProperty("sotto.home", "")).toAbsolutePath();
        String yaml;
        try {
            yaml = Files.readString(file);
        } catch (CharacterCodingException e) {
            String problem = "configuration is not UTF-8 text; save the file as that";
            return new Reading(Optional.empty(), List.of(problem), List.of());
        }
        return parse(yaml, home).reading();
    }

    /** Parses text; relative paths start at {@code home}. */
    static ConfigReader parse(String yaml, Path home) throws IOException {
        ConfigReader reader = new ConfigReader(home);
        Optional<YamlTree.Mapping> mapping = YamlTree.parse(yaml, reader.findings);
        if (mapping.isPresent()) {
            reader.whole(Section.whole(mapping.get(), reader.findings, reader.keys));
        }
        return reader;
    }

    Reading reading() {
        List<String> problems = findings.problems();
        return new Reading(
                problems.isEmpty() ? config : Optional.empty(),
                problems,
                problems.isEmpty() ? findings.warnings() : List.of());
    }

    /** Every key there is, with what it may be. */
    Map<String, String> keys() {
        return keys;
    }

    private void whole(Section whole) {
        List<Realm> named = realmReader.realms(whole);
        List<String> names = named.stream().map(Realm::name).toList();
        PeerReader peers = new PeerReader(files, new StirReader(whole.section("stir"), files), names);
        List<PeerSettings> trunks = peers.side(whole, PeerReader.Of.TRUNKS);
        List<PeerSettings> agents = peers.side(whole, PeerReader.Of.AGENTS);
        List<RouteSettings> routes = new RouteReader(trunks, agents).routes(whole.section("routes"));
        GatewaySection gateway = gateway(whole.section("gateway"));
        Section sipKeys = whole.section("sip");
        Duration drainTimeout = // design: SIGTERM drains; a service manager kills after 90 s by default
                sipKeys.duration("drain-timeout", SottoConfig.DEFAULT_DRAIN, Duration.ZERO, Duration.ofHours(1));
        SipSettings sip = sip(sipKeys);
        Section securePayKeys = whole.section("secure-pay");
        MediaSection media = media(whole.section("media"), sip.bind(), mask(securePayKeys));
        HttpSection http = http(whole.section("http"));
        PaymentSettings securePay = securePay(securePayKeys);
        Path state = state(whole.section("state"));
        Duration cdrKeep = cdrKeep(whole.section("cdr"));
        whole.end();
        Peering peering = new Peering(trunks, agents, routes);
        Realms realms = named.isEmpty() ? SottoConfig.realms(sip, media) : new Realms(named);
        SottoConfig made =
                new SottoConfig(peering, gateway, sip, media, http, securePay, state, cdrKeep, drainTimeout, realms);
        new CrossChecks(whole, findings).check(made, peers.byPath());
        config = Optional.of(made);
    }

    private GatewaySection gateway(Section keys) {
        Kind kind = keys.required("kind", Kind.CONNECTOR).orElse(Kind.CONNECTOR);
        String name = PeerReader.name(keys, kind.name().toLowerCase(Locale.ROOT));
        if (kind == Kind.CONNECTOR) {
            keys.missing("url", "write the address that payments are posted to, such as https://pay.example.com/pay");
        }
        URI url = keys.text(
                        "url",
                        "a URL",
                        "write such as https://pay.example.com/pay; for stripe, without the key it is"
                                + " https://api.stripe.com",
                        ConfigReader::uri)
                .orElse(URI.create("https://api.stripe.com"));
        Optional<Path> credential = files.secret(keys, "credential-file");
        if (kind == Kind.STRIPE) {
            keys.missing("credential-file", "Stripe wants a key: write the name of a file whose first line is it");
        }
        Duration timeout =
                keys.duration("timeout", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMinutes(2));
        keys.end();
        return new GatewaySection(name, kind, url, credential, timeout);
    }

    private static Optional<URI> uri(String text) {
        try {
            return Optional.of(new URI(text)).filter(uri -> uri.getScheme() != null && uri.getHost() != null);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private SipSettings sip(Section keys) {
        String bind = bind(keys, LOOPBACK);
        Optional<String> advertise = advertise(keys, "sip.bind");
        int udp = keys.integer("udp-port", 5060, 1, 65535);
        int tcp = keys.integer("tcp-port", 5060, 1, 65535);
        Duration answer =
                keys.duration("answer-timeout", Duration.ofSeconds(180), Duration.ofSeconds(5), Duration.ofMinutes(10));
        int maxCalls = keys.integer("max-calls", 1000, 1, 25_000);
        List<InetSocketAddress> dnsServers = keys.text(
                        "dns-servers",
                        "addresses in digits, with spaces between",
                        "write such as 192.0.2.53 [2001:db8::53]:53; without the key they are this machine's",
                        ConfigReader::nameServers)
                .orElse(List.of());
        boolean isTls = keys.has("tls");
        Optional<SipSettings.Tls> tls = tls(keys.section("tls"), isTls);
        GuardSettings guard = GuardReader.guard(keys.section("guard"));
        SipSettings.WebSockets webSockets = webSockets(keys, isTls);
        keys.end();
        return new SipSettings(bind, advertise, udp, tcp, tls, answer, maxCalls, dnsServers, guard, webSockets);
    }

    private static SipSettings.WebSockets webSockets(Section sip, boolean isTls) {
        OptionalInt port = sip.integer("ws-port", 1, 65535, NO_WEB_SOCKET);
        OptionalInt secure = sip.integer("wss-port", 1, 65535, NO_WEB_SOCKET);
        if (secure.isPresent() && !isTls) {
            sip.problem("wss-port", "=" + secure.getAsInt() + " needs a certificate; add the section sip.tls");
        }
        SipSettings.WebSockets usual = SipSettings.WebSockets.OFF;
        Section keys = sip.section("ws");
        String path = keys.text(
                        "path",
                        "the path of a URL",
                        "write such as /sip; without the key it is " + usual.path(),
                        text -> Optional.of(text).filter(p -> p.matches("/[A-Za-z0-9._~/-]{0,127}")))
                .orElse(usual.path());
        Set<String> origins = keys.text(
                        "origins",
                        "origins of web pages, with spaces between",
                        "write such as https://phones.example.com; without the key no browser gets in",
                        ConfigReader::origins)
                .orElse(usual.origins());
        int connections = keys.integer("connections", usual.connections(), 1, 50_000);
        keys.end();
        return new SipSettings.WebSockets(port, secure, path, origins, connections);
    }

    private static Optional<Set<String>> origins(String text) {
        Set<String> origins = new LinkedHashSet<>();
        for (String word : text.split(" +")) {
            Optional<String> origin = SipSettings.WebSockets.origin(word);
            if (origin.isEmpty()) {
                return Optional.empty();
            }
            origins.add(origin.get());
        }
        return Optional.of(origins);
    }

    private static Optional<List<InetSocketAddress>> nameServers(String text) {
        List<InetSocketAddress> servers = new ArrayList<>();
        for (String word : text.split(" +")) {
            Optional<HostPort> server = HostPort.parse(word);
            Optional<InetAddress> address = server.flatMap(s -> HostPort.literal(s.host()));
            if (address.isEmpty()) {
                return Optional.empty();
            }
            servers.add(new InetSocketAddress(address.get(), server.get().port().orElse(DNS_PORT)));
        }
        return Optional.of(List.copyOf(servers));
    }

    private Optional<SipSettings.Tls> tls(Section keys, boolean isThere) {
        int port = keys.integer("port", 5061, 1, 65535);
        if (isThere) {
            keys.missing("key-store", "write the name of a PKCS #12 file with our certificate and its key");
            keys.missing("password-file", "write the name of a file whose first line opens both stores");
            keys.missing("trust-store", "write the name of a PKCS #12 file with the authorities to trust");
        }
        Optional<Path> keyStore = files.readable(keys, "key-store");
        Optional<Path> password = files.secret(keys, "password-file");
        Optional<Path> trustStore = files.readable(keys, "trust-store");
        boolean client = keys.flag("require-client-certificate", true);
        keys.end();
        return keyStore.isPresent() && password.isPresent() && trustStore.isPresent()
                ? Optional.of(new SipSettings.Tls(port, keyStore.get(), password.get(), trustStore.get(), client))
                : Optional.empty();
    }

    private MediaSection media(Section keys, String sipBind, MaskSettings mask) {
        String bind = bind(keys, sipBind);
        RealmReader.Ports ports = realmReader.ports(keys.section("ports"));
        int cores = Runtime.getRuntime().availableProcessors();
        int workers = keys.integer("workers", Math.min(cores, MOST_WORKERS), 1, MOST_WORKERS);
        EngineSettings engine = new EngineSettings(
                keys.choice("engine", EngineSettings.DEFAULT.engine()),
                keys.choice("idle", EngineSettings.DEFAULT.idle()),
                keys.integer("spin-us", EngineSettings.DEFAULT.spinUs(), 1, 10_000),
                keys.integer("batch-us", EngineSettings.DEFAULT.batchUs(), 0, 1_000));
        Section tap = keys.section("tap");
        boolean tapped = tap.flag("enabled", false);
        Path directory = files.directory(tap, "directory", "var/tap", tapped);
        tap.end();
        int dscp = keys.integer("dscp", MediaSettings.EXPEDITED_FORWARDING, 0, 63);
        Duration silence =
                keys.duration("silence-timeout", Duration.ofSeconds(120), Duration.ofSeconds(5), Duration.ofHours(1));
        keys.end();
        return new MediaSection(
                bind,
                ports.first(),
                ports.last(),
                workers,
                Optional.of(directory).filter(d -> tapped),
                dscp,
                engine,
                mask,
                silence);
    }

    private static MaskSettings mask(Section keys) {
        return new MaskSettings(
                keys.choice("filling", MaskSettings.DEFAULT.filling()),
                keys.duration("echo-tail", MaskSettings.DEFAULT.echoTail(), Duration.ZERO, Duration.ofSeconds(1)));
    }

    private static HttpSection http(Section keys) {
        String bind = bind(keys, LOOPBACK);
        int port = keys.integer("port", 8080, 1, 65535);
        MetricsAccess metrics = keys.choice("metrics", MetricsAccess.LOOPBACK);
        keys.end();
        return new HttpSection(bind, port, metrics);
    }

    private static PaymentSettings securePay(Section keys) {
        Duration interDigit =
                keys.duration("inter-digit", Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(30));
        Duration field = keys.duration("field", Duration.ofSeconds(60), Duration.ofSeconds(5), Duration.ofMinutes(10));
        Duration session =
                keys.duration("session", Duration.ofSeconds(600), Duration.ofSeconds(30), Duration.ofHours(1));
        int attempts = keys.integer("attempts", 3, 1, 10);
        keys.end();
        return new PaymentSettings(interDigit, field, session, attempts);
    }

    private Path state(Section keys) {
        Path directory = files.directory(keys, "directory", "var", true);
        keys.end();
        return directory;
    }

    private static Duration cdrKeep(Section keys) {
        Duration keep = keys.duration("keep", SottoConfig.DEFAULT_CDR_KEEP, Duration.ofDays(1), Duration.ofDays(3650));
        keys.end();
        return keep;
    }

    static Optional<String> advertise(Section keys, String without) {
        return keys.text(
                "advertise",
                "an address or host name",
                "write the one that peers reach this machine at; without the key it is " + without,
                text -> HostPort.literal(text).isPresent()
                        ? Optional.of(text)
                        : HostPort.parse(text).filter(a -> a.port().isEmpty()).map(HostPort::host));
    }

    static String bind(Section keys, String fallback) {
        return keys.text(
                        "bind",
                        "an address of this machine",
                        "write it in digits, 0.0.0.0 for all; without the key it is " + fallback,
                        text -> HostPort.literal(text)
                                .filter(CrossChecks::isOurs)
                                .map(a -> text))
                .orElse(fallback);
    }
}
