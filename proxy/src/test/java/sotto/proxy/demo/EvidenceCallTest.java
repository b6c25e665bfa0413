package sotto.proxy.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.app.Commands;
import sotto.proxy.app.Sotto;
import sotto.proxy.config.ConfigReader;
import sotto.proxy.config.SottoConfig;
import sotto.proxy.demo.KeyPress.Carrier;
import sotto.proxy.demo.UserAgent.State;
import sotto.proxy.e2e.FreePorts;
import sotto.proxy.sandbox.SandboxGateway;

/**
 * A call through the running program, a card keyed in band and as telephone-event, and the record that is left of it; then
 * a capture that is cancelled, and one that ends with the program.
 */
@Timeout(120)
final class EvidenceCallTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String REQUEST =
            """
            {"amount": "12.34", "currency": "EUR", "method": "charge",
             "fields": ["payment-card-number", "expiration-date", "security-code"]}""";

    @TempDir
    Path directory;

    @Test
    void eachCaptureLeavesARecordThatAnAssessorCanCheck() throws Exception {
        List<G711> codecs = List.of(G711.PCMU);
        Instant from = Instant.now().minusSeconds(1);
        List<String> ids = new ArrayList<>();
        try (SandboxGateway gateway = SandboxGateway.start(new InetSocketAddress(Loopback.ADDRESS, 0));
                UserAgent caller = phone(Voice.CALLER, codecs, false);
                UserAgent agent = phone(Voice.AGENT, codecs, true)) {
            SottoConfig config = config(caller, agent, gateway.port());
            try (Sotto sotto = Sotto.start(config);
                    Api api = api(sotto)) {
                caller.call(new InetSocketAddress(Loopback.ADDRESS, config.sip().udpPort()), "1", "2");
                assertThat(caller.await(State.ANSWERED, SOON)).isTrue();
                ids.add(pay(api, caller));
                record(api, ids.get(0));
                ids.add(start(api, caller));
                api.post("/v1/payments/" + ids.get(1) + "/cancel", "{}");
                until(api, ids.get(1), "CLOSED");
                ids.add(start(api, caller));
                caller.audio().press(5, Carrier.IN_BAND);
            }
        }
        check(from, ids);
    }

    private SottoConfig config(UserAgent caller, UserAgent agent, int gatewayPort) throws Exception {
        int ports = FreePorts.run(64);
        return ConfigReader.read(Files.writeString(
                directory.resolve("sotto.yaml"),
                """
                trunk: {address: "127.0.0.1:%d"}
                agents: {address: "127.0.0.1:%d", srtp: require}
                gateway: {kind: connector, url: "http://127.0.0.1:%d/pay"}
                sip: {udp-port: %d, tcp-port: %d, drain-timeout: 1s}
                media: {ports: {first: %d, last: %d}, workers: 1, tap: {enabled: true, directory: "%s"}}
                http: {port: %d}
                state: {directory: "%s"}
                """
                        .formatted(
                                caller.address().getPort(),
                                agent.address().getPort(),
                                gatewayPort,
                                ports + 2,
                                ports + 2,
                                ports + 4,
                                ports + 63,
                                directory.resolve("tap"),
                                ports,
                                directory.resolve("state"))));
    }

    private static UserAgent phone(Voice voice, List<G711> codecs, boolean srtp) throws Exception {
        return UserAgent.open(new UserAgent.Profile(Loopback.ADDRESS, voice, codecs, srtp, Duration.ZERO));
    }

    private Api api(Sotto sotto) {
        String token = sotto.takeBootstrapToken().orElseThrow();
        return new Api(
                new Running() {
                    @Override
                    public URI api() {
                        return URI.create("http://127.0.0.1:" + sotto.httpPort());
                    }

                    @Override
                    public String token() {
                        return token;
                    }

                    @Override
                    public void close() {}
                },
                directory.resolve("api.txt"));
    }

    private static String start(Api api, UserAgent caller) throws Exception {
        return api.post("/v1/calls/" + caller.callId() + "/payments", REQUEST)
                .get("id")
                .asText();
    }

    /** The number in band, the rest as telephone-event: 16, 4 and 3 keys. */
    private static String pay(Api api, UserAgent caller) throws Exception {
        String id = start(api, caller);
        try (Progress progress = Progress.follow(api, id)) {
            for (int i = 0; i < TestCard.NUMBER_DIGITS; i++) {
                press(progress, caller, "payment-card-number", TestCard.numberDigit(i), Carrier.IN_BAND);
            }
            for (int i = 0; i < 4; i++) {
                int digit = TestCard.expiryDigit(i, Year.now(ZoneOffset.UTC).getValue());
                press(progress, caller, "expiration-date", digit, Carrier.TELEPHONE_EVENT);
            }
            for (int i = 0; i < 3; i++) {
                press(progress, caller, "security-code", TestCard.codeDigit(i), Carrier.TELEPHONE_EVENT);
            }
            assertThat(progress.await(() -> progress.state().equals("READY"), SOON))
                    .isTrue();
            api.post("/v1/payments/" + id + "/submit", "{}");
            assertThat(progress.await(() -> progress.state().equals("CAPTURED"), SOON))
                    .isTrue();
            api.post("/v1/payments/" + id + "/hand-back", "{}");
            assertThat(progress.await(() -> progress.state().equals("CLOSED"), SOON))
                    .isTrue();
        }
        return id;
    }

    private static void press(Progress progress, UserAgent caller, String field, int key, Carrier carrier)
            throws Exception {
        int before = progress.digits(field);
        caller.audio().press(key, carrier);
        assertThat(progress.await(() -> progress.digits(field) > before || progress.complete(field), SOON))
                .as(field + " " + before)
                .isTrue();
    }

    private static void until(Api api, String id, String state) throws Exception {
        try (Progress progress = Progress.follow(api, id)) {
            assertThat(progress.await(() -> progress.state().equals(state), SOON))
                    .isTrue();
        }
    }

    private static void record(Api api, String id) throws Exception {
        JsonNode record = api.get("/v1/payments/" + id + "/evidence").get("payload");
        assertThat(record.at("/presses/in-band").asInt()).isEqualTo(TestCard.NUMBER_DIGITS);
        assertThat(record.at("/presses/telephone-event").asInt()).isEqualTo(7);
        assertThat(record.get("pressesTaken").asInt()).isEqualTo(23);
        assertThat(record.at("/tones/packetsForwarded").asInt()).isZero();
        assertThat(record.at("/tones/leastLeadSamples").asInt()).isBetween(80, 8000);
        assertThat(record.at("/tones/leastTrailSamples").asInt()).isPositive();
        assertThat(record.get("result").asText()).isEqualTo("captured");
        assertThat(record.get("end").asText()).isEqualTo("speech");
        assertThat(record.findValuesAsText("name")).containsExactly("agent-leg", "tap");
    }

    /** With the program ended: the command's way, the JDK's alone, and a search for the card. */
    private void check(Instant from, List<String> ids) throws Exception {
        Path evidence = directory.resolve("state/evidence");
        Path file = evidence.resolve("records.jws");
        assertThat(verify(file)).isZero();
        List<String> lines = Files.readAllLines(file, US_ASCII);
        assertThat(lines).hasSize(ids.size());
        String pem = Files.readString(evidence.resolve("public.pem")).replaceAll("-----[A-Z ]+-----|\\s", "");
        Signature signature = Signature.getInstance("Ed25519");
        StringBuilder decoded = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String[] parts = lines.get(i).split("\\.");
            signature.initVerify(KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(pem))));
            signature.update((parts[0] + "." + parts[1]).getBytes(US_ASCII));
            assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2])))
                    .isTrue();
            String payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            decoded.append(payload).append('\n');
            JsonNode record = Api.JSON.readTree(payload);
            assertThat(record.get("paymentId").asText()).isEqualTo(ids.get(i));
            assertThat(Instant.parse(record.get("requestedAt").asText())).isBetween(from, Instant.now());
            assertThat(Instant.parse(record.get("onAt").asText()))
                    .isAfterOrEqualTo(Instant.parse(record.get("requestedAt").asText()));
        }
        assertThat(decoded.toString().lines().map(record -> record.replaceAll(".*\"end\":\"([a-z-]+).*", "$1")))
                .containsExactly("speech", "speech", "call-over");
        Files.writeString(directory.resolve("decoded.txt"), decoded);
        assertThat(LeakSearch.files(directory)).isEmpty();
        assertThat(decoded).doesNotContain("4242");

        Files.write(file, lines.subList(1, lines.size()), US_ASCII);
        assertThat(verify(file)).isEqualTo(1);
        byte[] octets = (String.join("\n", lines) + "\n").getBytes(US_ASCII);
        octets[octets.length / 3] ^= 1;
        Files.write(file, octets);
        assertThat(verify(file)).isEqualTo(1);
    }

    private static int verify(Path file) {
        return Commands.verify(file);
    }
}
