package sotto.proxy.api;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import sotto.media.packet.Side;
import sotto.media.srtp.SrtpSuite;
import sotto.media.worker.MediaSecurity;
import sotto.pci.Payments;
import sotto.pci.access.Tokens;
import sotto.pci.audit.PaymentJournal;
import sotto.pci.capture.KeySource;
import sotto.pci.capture.PaymentSettings;
import sotto.pci.capture.PaymentView;
import sotto.pci.psp.Gateway;
import sotto.pci.psp.connector.ConnectorGateway;
import sotto.pci.psp.connector.ConnectorSettings;
import sotto.proxy.b2bua.CallView;
import sotto.proxy.cdr.CdrSettings;
import sotto.proxy.cdr.Cdrs;
import sotto.proxy.config.HttpSection;
import sotto.proxy.config.HttpSection.MetricsAccess;
import sotto.proxy.evidence.Evidence;
import sotto.proxy.evidence.EvidenceSettings;
import sotto.proxy.evidence.SampleMasks;
import sotto.proxy.guard.GuardSettings;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.location.BindingView;
import sotto.proxy.sandbox.SandboxGateway;
import sotto.proxy.trunk.Health;
import sotto.proxy.trunk.PeerView;
import sotto.proxy.trunk.Registered;

/** The API over real HTTP, with real payments, journal and sandbox gateway. Calls are listed here, keys are pressed here. */
final class ApiRig implements AutoCloseable, KeySource, CallDirectory {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final Map<String, CallView> calls = new ConcurrentHashMap<>();
    final BlockingQueue<Integer> keys = new LinkedBlockingQueue<>(); // of the first call
    final AtomicBoolean ready = new AtomicBoolean(true);
    final SourceGuard guard =
            new SourceGuard(GuardSettings.USUAL, address -> address.isLoopbackAddress(), 4, System.nanoTime());
    volatile List<BindingView> bindings = List.of();
    final Metrics metrics;
    final Cdrs cdrs;
    final Evidence evidence;
    final String token;
    private final Map<String, BlockingQueue<Integer>> keysByCall = new ConcurrentHashMap<>(Map.of("call-1", keys));
    private final int gatewayPort;
    private SandboxGateway sandbox;
    private final Payments payments;
    private final HttpApi.Reach reach;
    private final HttpApi api;
    private final HttpClient client = HttpClient.newHttpClient();

    ApiRig(Path directory, MetricsAccess access) throws IOException {
        sandbox = SandboxGateway.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        gatewayPort = sandbox.port();
        Path credential = Files.writeString(directory.resolve("key"), "sk_sandbox\n");
        Map<String, Gateway> gateways = new LinkedHashMap<>(); // the first is the one that a request means by none
        gateways.put("sandbox", gateway(credential, PATIENCE));
        gateways.put("hasty", gateway(credential, Duration.ofSeconds(1)));
        payments = new Payments(
                this,
                gateways,
                new PaymentSettings(Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofMinutes(5), 3),
                PaymentJournal.open(directory.resolve("journal")));
        Tokens tokens = Tokens.open(directory.resolve("access"));
        token = tokens.takeBootstrap().orElseThrow();
        metrics = new Metrics(new FixedCounters(), payments, () -> 4);
        cdrs = Cdrs.open(new CdrSettings(directory.resolve("cdr"), Duration.ofDays(90), "test"));
        metrics.show(cdrs::counts);
        evidence = Evidence.open(new EvidenceSettings(directory.resolve("evidence"), "rig", "test"));
        metrics.evidence(evidence::counts);
        metrics.show(guard);
        metrics.phones(Optional.empty());
        reach = new HttpApi.Reach(this, payments, tokens, cdrs, evidence);
        api = HttpApi.start(new HttpSection("127.0.0.1", 0, access), reach, metrics, ready::get);
        addCall("call-1", "ANSWERED");
    }

    private Gateway gateway(Path credential, Duration timeout) {
        URI url = URI.create("http://127.0.0.1:" + gatewayPort + "/pay");
        return new ConnectorGateway(new ConnectorSettings(url, Optional.of(credential), timeout));
    }

    int gatewayPort() {
        return gatewayPort;
    }

    /** Nobody listens there any more. */
    void endGateway() {
        sandbox.close();
    }

    /** Another one in its place, with an empty ledger. */
    void startGateway() throws IOException {
        sandbox = SandboxGateway.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), gatewayPort));
    }

    /** Charges that went through since the gateway started. */
    long charges() {
        return sandbox.charges();
    }

    void addCall(String id, String state) {
        calls.put(
                id,
                new CallView(
                        id,
                        state,
                        "+4930111",
                        "+4930222",
                        "carrier",
                        "caller",
                        Instant.parse("2026-11-25T04:00:00Z"),
                        Optional.of(Instant.parse("2026-11-25T04:00:01Z")),
                        Optional.of(Instant.parse("2026-11-25T04:00:05Z")).filter(at -> state.equals("ANSWERED")),
                        false,
                        List.of(
                                leg("caller", "udp", "none", id + "-a@carrier"),
                                leg("agent", "tls", "AES_CM_128_HMAC_SHA1_80", id + "-b@sotto")),
                        Optional.of(new CallView.IdentityView(
                                Optional.of("TN-Validation-Failed"),
                                Optional.of("bad-signature"),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()))));
    }

    private static CallView.LegView leg(String side, String transport, String srtp, String sipCallId) {
        String peer = side.equals("caller") ? "carrier" : "pbx";
        MediaSecurity security = srtp.equals("none")
                ? MediaSecurity.NONE
                : new MediaSecurity(MediaSecurity.Kind.SDES, Optional.of(SrtpSuite.valueOf(srtp)));
        return new CallView.LegView(side, peer, transport, security, "PCMU", "127.0.0.1:5062", sipCallId);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + api.port() + path);
    }

    int port() {
        return api.port();
    }

    HttpApi.Reach reach() {
        return reach;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).header("Authorization", "Bearer " + token);
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    HttpResponse<String> post(String path, String body) throws Exception {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Starts a charge on a call; its id. */
    String startPayment(String call) throws Exception {
        return startPayment(call, "{\"amount\":\"12.34\",\"currency\":\"EUR\"}");
    }

    /** The same with a body. */
    String startPayment(String call, String body) throws Exception {
        HttpResponse<String> started = post("/v1/calls/" + call + "/payments", body);
        if (started.statusCode() != 201) {
            throw new AssertionError("not started: " + started.body());
        }
        return new JsonObject(started.body()).getString("id");
    }

    void press(String digits) {
        press("call-1", digits);
    }

    void press(String call, String digits) {
        BlockingQueue<Integer> pressed = keysOf(call);
        digits.chars().forEach(c -> pressed.add(c == '*' ? Keys.STAR : c == '#' ? Keys.HASH : c - '0'));
    }

    private BlockingQueue<Integer> keysOf(String call) {
        return keysByCall.computeIfAbsent(call, first -> new LinkedBlockingQueue<>());
    }

    /** What the API says of a payment now. */
    JsonObject view(String payment) throws Exception {
        return new JsonObject(get("/v1/payments/" + payment).body());
    }

    /** Asks until a payment is in a state. */
    JsonObject await(String payment, String state) throws Exception {
        long endNs = System.nanoTime() + PATIENCE.toNanos();
        String last = "";
        while (System.nanoTime() < endNs) {
            last = get("/v1/payments/" + payment).body();
            if (last.contains("\"state\":\"" + state + "\"")) {
                return new JsonObject(last);
            }
        }
        throw new AssertionError("never " + state + ": " + last);
    }

    @Override
    public List<CallView> list() {
        return List.copyOf(calls.values());
    }

    @Override
    public Optional<CallView> find(String id) {
        return calls.values().stream()
                .filter(call -> call.id().equals(id)
                        || call.legs().stream().anyMatch(leg -> leg.sipCallId().equals(id)))
                .findFirst();
    }

    @Override
    public List<PeerView> peers() {
        List<PeerView.Server> servers = List.of(new PeerView.Server("192.0.2.10:5060", "udp", Health.State.DOWN));
        return List.of(new PeerView(
                "carrier",
                Side.CALLER,
                "outside",
                "192.0.2.10:5060",
                "udp",
                Health.State.DOWN,
                servers,
                1,
                7,
                2,
                3,
                Registered.UP,
                4,
                5));
    }

    @Override
    public List<BindingView> registrations() {
        return bindings;
    }

    @Override
    public SourceGuard guard() {
        return guard;
    }

    @Override
    public boolean hangUp(String id) {
        return calls.remove(id) != null;
    }

    @Override
    public Keys arm(String callId) throws ArmFailed, NotAnswered {
        CallView call = calls.get(callId);
        if (call == null || !call.state().equals("ANSWERED")) {
            throw new NotAnswered();
        }
        if (callId.startsWith("deaf")) {
            throw new ArmFailed("the tap did not acknowledge in time");
        }
        BlockingQueue<Integer> pressed = keysOf(callId);
        return new Keys() {
            @Override
            public int nextKey(Duration atMost) throws InterruptedException {
                Integer key = pressed.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
                return key == null ? NO_KEY : key;
            }

            @Override
            public List<String> sinks() {
                return List.of("agent-leg", "tap");
            }

            @Override
            public boolean awaitSpeech(Duration atMost) {
                return true;
            }

            @Override
            public void close() {}

            @Override
            public void over(PaymentView payment) {
                evidence.write(payment, SampleMasks.report());
            }
        };
    }

    @Override
    public void close() {
        client.close();
        api.close();
        payments.close();
        cdrs.close();
        evidence.close();
        sandbox.close();
    }
}
