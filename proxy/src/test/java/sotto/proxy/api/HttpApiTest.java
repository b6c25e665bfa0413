package sotto.proxy.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.packet.Verdict;
import sotto.media.worker.LegReport;
import sotto.proxy.b2bua.CallEnd;
import sotto.proxy.b2bua.CallView;
import sotto.proxy.config.HttpSection;
import sotto.proxy.config.HttpSection.MetricsAccess;

/** Doors, calls, health and metrics over HTTP. */
final class HttpApiTest {
    @TempDir
    private Path directory;

    private ApiRig rig;

    @BeforeEach
    void start() throws IOException {
        rig = new ApiRig(directory, MetricsAccess.TOKEN);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer wrong", "Basic dXNlcjpwYXNz", "TOKEN"})
    void wantsAToken(String authorization) throws Exception {
        for (String path :
                new String[] {"/v1/calls", "/v1/payments/x/events", "/metrics", "/nowhere", "/health/../v1/calls"}) {
            HttpRequest.Builder request = HttpRequest.newBuilder(rig.uri(path)).timeout(ApiRig.PATIENCE);
            if (!authorization.isEmpty()) {
                request.header("Authorization", authorization.replace("TOKEN", rig.token));
            }
            HttpResponse<String> response = rig.send(request);
            ProblemAssert.assertProblem(response, 401, "unauthorized");
            assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        }
        assertThat(rig.metrics.page()).contains("sotto_http_requests_total{status=\"401\",} 5.0");
    }

    @Test
    void tellsHealthToAnybody() throws Exception {
        assertThat(open("/health").statusCode()).isEqualTo(200);
        assertThat(open("/ready").statusCode()).isEqualTo(200);
        rig.ready.set(false);
        assertThat(open("/ready").statusCode()).isEqualTo(503);
        assertThat(open("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void showsCallsAndEndsThem() throws Exception {
        HttpResponse<String> all = rig.get("/v1/calls");
        assertThat(all.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(all.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        JsonObject call = new JsonArray(all.body()).getJsonObject(0);
        assertThat(call.fieldNames()).contains("id", "state", "from", "to", "trunk", "startedAt", "securePay", "legs");
        assertThat(call.getJsonObject("identity").encode())
                .isEqualTo("{\"verstat\":\"TN-Validation-Failed\",\"reason\":\"bad-signature\",\"attest\":null,"
                        + "\"origid\":null,\"certificate\":null}");
        assertThat(call.getJsonArray("legs").getJsonObject(1).fieldNames())
                .contains("side", "peer", "transport", "srtp", "keying", "codec", "remote");
        assertThat(new JsonObject(rig.get("/v1/calls/call-1-b@sotto").body())).isEqualTo(call);
        assertThat(new JsonObject(rig.get("/v1/calls/call-1-b%40sotto").body())).isEqualTo(call);
        assertThat(rig.send(rig.request("/v1/calls/call-1").DELETE()).statusCode())
                .isEqualTo(204);
        ProblemAssert.assertProblem(rig.send(rig.request("/v1/calls/call-1").DELETE()), 404, "unknown-call");
        ProblemAssert.assertProblem(rig.get("/v1/calls/call-1"), 404, "unknown-call");
        assertThat(rig.get("/v1/calls").body()).isEqualTo("[]");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1, 404, unknown-path, ''",
        "GET, /v1/calls/x/y, 404, unknown-path, ''",
        "PUT, /v1/calls, 405, method-not-allowed, GET",
        "POST, /v1/calls/x, 405, method-not-allowed, DELETE",
        "GET, /v1/calls/x/payments, 405, method-not-allowed, POST",
    })
    void knowsItsPaths(String method, String path, int status, String type, String allow) throws Exception {
        HttpResponse<String> response = rig.send(rig.request(path).method(method, HttpRequest.BodyPublishers.noBody()));
        ProblemAssert.assertProblem(response, status, type);
        assertThat(response.headers().firstValue("Allow").orElse("")).contains(allow);
    }

    /** By a socket: Java's client sends no such path. */
    @ParameterizedTest
    @ValueSource(strings = {"/%zz", "/v1/calls/%", "/%4", "/health%"})
    void aBrokenEscapeIsTheClientsFault(String path) throws Exception {
        try (Socket client =
                new Socket(InetAddress.getLoopbackAddress(), rig.uri("/").getPort())) {
            client.setSoTimeout((int) ApiRig.PATIENCE.toMillis());
            String request = "GET " + path + " HTTP/1.1\r\nHost: sotto\r\nConnection: close\r\n\r\n";
            client.getOutputStream().write(request.getBytes(UTF_8));
            assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("urn:sotto:problem:malformed-request")
                    .doesNotContain(path);
        }
    }

    @Test
    void showsPeers() throws Exception {
        ProblemAssert.assertProblem(open("/v1/peers"), 401, "unauthorized");
        JsonObject peer = new JsonArray(rig.get("/v1/peers").body()).getJsonObject(0);
        assertThat(peer.getMap())
                .isEqualTo(Map.ofEntries(
                        Map.entry("name", "carrier"),
                        Map.entry("side", "caller"),
                        Map.entry("realm", "outside"),
                        Map.entry("address", "192.0.2.10:5060"),
                        Map.entry("transport", "udp"),
                        Map.entry("health", "down"),
                        Map.entry(
                                "servers",
                                List.of(Map.of("address", "192.0.2.10:5060", "transport", "udp", "health", "down"))),
                        Map.entry("calls", 1),
                        Map.entry("attempts", 7),
                        Map.entry("failedOver", 2),
                        Map.entry("overLimit", 3),
                        Map.entry("registered", "up"),
                        Map.entry("refusedCredentials", 4),
                        Map.entry("wrongCredentials", 5)));
        rig.metrics.watch(rig::peers);
        assertThat(rig.get("/metrics").body())
                .contains("sotto_peer_up{peer=\"carrier\",} 0.0")
                .contains("sotto_peer_calls{peer=\"carrier\",} 1.0")
                .contains("sotto_peer_attempts_total{peer=\"carrier\",} 7.0")
                .contains("sotto_peer_failed_over_total{peer=\"carrier\",} 2.0")
                .contains("sotto_peer_over_limit_total{peer=\"carrier\",} 3.0")
                .contains("sotto_registration_up{peer=\"carrier\",} 1.0")
                .contains("sotto_peer_refused_credentials_total{peer=\"carrier\",} 4.0")
                .contains("sotto_peer_wrong_credentials_total{peer=\"carrier\",} 5.0");
    }

    @Test
    void boundsBodies() throws Exception {
        String body = "{\"description\":\"" + "4242".repeat(20_000) + "\"}";
        ProblemAssert.assertProblem(rig.post("/v1/calls/call-1/payments", body), 413, "body-too-large");
        HttpRequest.Builder form = rig.request("/v1/calls/call-1/payments")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("amount=4242424242424242"));
        ProblemAssert.assertProblem(rig.send(form), 415, "unsupported-media-type");
        HttpRequest.Builder untyped =
                rig.request("/v1/calls/call-1/payments").POST(HttpRequest.BodyPublishers.ofString("{}"));
        ProblemAssert.assertProblem(rig.send(untyped), 415, "unsupported-media-type");
    }

    @Test
    void givesThePageToItsReaders() throws Exception {
        assertThat(open("/metrics").statusCode()).isEqualTo(401);
        HttpResponse<String> page = rig.get("/metrics");
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        rig.close();
        for (MetricsAccess access : new MetricsAccess[] {MetricsAccess.LOOPBACK, MetricsAccess.OPEN}) {
            try (ApiRig other = new ApiRig(java.nio.file.Files.createTempDirectory(directory, "rig"), access)) {
                HttpRequest.Builder request = HttpRequest.newBuilder(other.uri("/metrics"));
                assertThat(other.send(request).statusCode()).isEqualTo(200); // this machine, without a token
            }
        }
        rig = new ApiRig(java.nio.file.Files.createTempDirectory(directory, "rig"), MetricsAccess.TOKEN);
    }

    @Test
    void countsCalls() {
        CallView call = rig.find("call-1").orElseThrow();
        LegReport report = new LegReport(900, 1000, 100, 12.5, 4.2, Optional.empty(), 3);
        LegReport silent = new LegReport(0, 10, 0, 0, 1, Optional.empty(), 0);
        Duration talk = Duration.ofSeconds(20);
        rig.metrics.answered(call, Duration.ofNanos(1_700_000));
        rig.metrics.answered(call, Duration.ofNanos(800_000));
        Instant now = Instant.parse("2026-11-25T04:00:25Z");
        rig.metrics.ended(new CallEnd(
                call, now, "caller", 200, Optional.of(talk), talk, Optional.of(report), Optional.of(silent)));
        for (int status : new int[] {487, 486, 503, 408}) {
            rig.metrics.ended(new CallEnd(
                    call, now, "proxy", status, Optional.empty(), Duration.ZERO, Optional.empty(), Optional.empty()));
        }
        rig.metrics.refused("stranger", 403);
        assertThat(rig.metrics.page())
                .contains("sotto_calls 1.0", "sotto_calls_total{result=\"answered\",} 1.0")
                .contains("sotto_calls_total{result=\"cancelled\",} 1.0", "sotto_calls_total{result=\"refused\",} 1.0")
                .contains("sotto_calls_total{result=\"failed\",} 2.0", "sotto_refused_total{cause=\"stranger\",} 1.0")
                .contains("sotto_call_setup_seconds_bucket{le=\"0.001\",} 1.0", "sotto_call_setup_seconds_count 2.0")
                .contains("sotto_leg_jitter_seconds_sum{side=\"caller\",} 0.0125")
                .contains("sotto_leg_loss_ratio_sum{side=\"caller\",} 0.1")
                .contains("sotto_leg_mos_sum{side=\"caller\",} 4.2", "sotto_leg_mos_count{side=\"agent\",} 0.0");
    }

    /** Each name that the runbook sends the NOC to is there before anything happened. */
    @Test
    void showsEveryNameFromTheStart() throws Exception {
        String page = rig.get("/metrics").body();
        for (Verdict verdict : Verdict.values()) {
            assertThat(page)
                    .contains("sotto_packets_total{verdict=\"" + PaymentBody.wireName(verdict) + "\",} "
                            + (1000.0 + verdict.id()));
        }
        assertThat(page)
                .contains("sotto_interval_mos_bucket{side=\"caller\",le=\"1.5\",} 19.0")
                .contains("sotto_interval_mos_bucket{side=\"agent\",le=\"1.5\",} 0.0")
                .contains("sotto_interval_mos_bucket{side=\"agent\",le=\"+Inf\",} 19.0")
                .contains("sotto_interval_loss_ratio_sum{side=\"agent\",} 0.5", "sotto_interval_jitter_seconds_count")
                .contains("sotto_interval_round_trip_seconds_bucket{side=\"caller\",le=\"0.001\",} 19.0")
                .contains("verdict=\"srtp-bad-tag\"", "verdict=\"source-stranger\"")
                .contains("sotto_refused_total{cause=\"no-media-port\",} 0.0", "{cause=\"peer-unreachable\",} 0.0")
                .contains("sotto_refused_total{cause=\"srtp-required\",} 0.0", "sotto_rtcp_packets_total 11.0")
                .contains("sotto_dtmf_events_total{source=\"telephone-event\",} 12.0")
                .contains("sotto_dtmf_events_total{source=\"in-band\",} 13.0", "sotto_tap_dropped_total 14.0")
                .contains("sotto_dtmf_events_total{source=\"sip-info\",} 113.0")
                .contains("sotto_tap_failed_files_total 17.0", "sotto_tap_unwritten_total 18.0")
                .contains("sotto_media_port_pairs_in_use 15.0", "sotto_media_port_pairs 16.0")
                .contains(
                        "sotto_payments_total{result=\"unknown\",} 0.0", "sotto_payments_total{result=\"failed\",} 0.0")
                .contains("sotto_payments_in_progress 0.0", "sotto_card_digits_live 0.0")
                .contains("sotto_payments_unknown 0.0", "sotto_payments_total{result=\"unresolved\",} 0.0")
                .contains("sotto_media_faults_total 19.0", "sotto_media_workers 2.0", "sotto_media_workers_up 1.0")
                .contains("sotto_journal_failures_total 0.0", "sotto_log_digits_suppressed_total 4.0")
                .contains("sotto_build_info{", "jvm_memory_bytes_used{", "process_cpu_seconds_total")
                .contains("# TYPE sotto_calls gauge", "# TYPE sotto_calls_total counter");
    }

    @Test
    void saysWhichPortIsTaken() {
        HttpSection section = new HttpSection("127.0.0.1", rig.port(), MetricsAccess.TOKEN);
        assertThatIOException()
                .isThrownBy(() -> HttpApi.start(section, rig.reach(), rig.metrics, () -> true))
                .withMessageContaining("http.port")
                .withMessageContaining(String.valueOf(rig.port()));
    }

    private HttpResponse<String> open(String path) throws Exception {
        return rig.send(HttpRequest.newBuilder(rig.uri(path)));
    }
}
