package sotto.proxy.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.proxy.config.HttpSection.MetricsAccess;

/** Bans over HTTP: those that the guard made, and those by hand. */
final class BanApiTest {
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

    private void flood(String source, int messages) {
        for (int i = 0; i < messages; i++) {
            rig.guard.admits(InetAddress.ofLiteral(source), System.nanoTime());
        }
    }

    private boolean admits(String source) {
        return rig.guard.admits(InetAddress.ofLiteral(source), System.nanoTime());
    }

    private JsonArray bans() throws Exception {
        return new JsonArray(rig.get("/v1/bans").body());
    }

    private HttpResponse<String> lift(String source) throws Exception {
        return rig.send(rig.request("/v1/bans/" + source).DELETE());
    }

    @Test
    void whatTheGuardBannedIsListedAndLifted() throws Exception {
        assertThat(rig.get("/v1/bans").body()).isEqualTo("[]");
        flood("192.0.2.7", 300);
        flood("2001:db8:1:2::7", 300);
        assertThat(bans()).hasSize(2);
        JsonObject ban = bans().getJsonObject(1);
        assertThat(ban.fieldNames()).containsExactly("source", "since", "until", "cause", "dropped");
        assertThat(ban.getString("source")).isEqualTo("192.0.2.7");
        assertThat(ban.getString("cause")).isEqualTo("flood");
        assertThat(ban.getLong("dropped")).isBetween(150L, 200L);
        Instant since = Instant.parse(ban.getString("since"));
        assertThat(since).isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(Instant.parse(ban.getString("until"))).isEqualTo(since.plus(Duration.ofMinutes(10)));
        assertThat(lift("192.0.2.7").statusCode()).isEqualTo(204);
        assertThat(admits("192.0.2.7")).isTrue();
        ProblemAssert.assertProblem(lift("192.0.2.7"), 404, "unknown-ban");
        assertThat(lift("2001:db8:1:2::%2F64").statusCode())
                .as("as it is listed")
                .isEqualTo(204);
        assertThat(bans()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"203.0.113.5, 203.0.113.5", "2001:db8:5::99, 2001:db8:5::/64", "2001:db8:5::/64, 2001:db8:5::/64"})
    void oneIsAddedByHand(String source, String shown) throws Exception {
        HttpResponse<String> added = rig.post("/v1/bans", "{\"source\":\"" + source + "\",\"seconds\":7200}");
        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
        JsonObject ban = new JsonObject(added.body());
        assertThat(ban.getString("source")).isEqualTo(shown);
        assertThat(ban.getString("cause")).isEqualTo("by-hand");
        assertThat(Duration.between(Instant.parse(ban.getString("since")), Instant.parse(ban.getString("until"))))
                .isEqualTo(Duration.ofHours(2));
        String one = source.replace("::/64", "::1");
        assertThat(admits(one)).isFalse();
        assertThat(bans().getJsonObject(0).getLong("dropped")).isEqualTo(1);
        assertThat(lift(one).statusCode()).isEqualTo(204);
        assertThat(admits(one)).isTrue();
    }

    @Test
    void withoutATimeItIsTheUsualOne() throws Exception {
        JsonObject ban = new JsonObject(
                rig.post("/v1/bans", "{\"source\":\"203.0.113.5\"}").body());
        assertThat(Duration.between(Instant.parse(ban.getString("since")), Instant.parse(ban.getString("until"))))
                .isEqualTo(Duration.ofMinutes(10));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {}                                                | 400 | invalid-source
            {"source":"carrier.example"}                      | 400 | invalid-source
            {"source":"192.0.2.0/24"}                         | 400 | invalid-source
            {"source":"192.0.2.7","seconds":0}                | 400 | malformed-request
            {"source":"192.0.2.7","seconds":"10"}             | 400 | malformed-request
            {"source":"192.0.2.7","seconds":2592001}          | 400 | malformed-request
            {"source":"192.0.2.7","seconds":1.5}              | 400 | malformed-request
            {"source":"192.0.2.7","minutes":1}                | 400 | unknown-member
            {"source":"127.0.0.1"}                            | 409 | source-exempt
            """)
    void whatIsWrongIsTold(String body, int status, String problem) throws Exception {
        ProblemAssert.assertProblem(rig.post("/v1/bans", body), status, problem);
        assertThat(bans()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "192.0.2.0%2F24", "%00"})
    void whatIsNoSourceHasNoBan(String source) throws Exception {
        ProblemAssert.assertProblem(lift(source), 400, "invalid-source");
    }

    @Test
    void hasTheSameDoorsAsTheRest() throws Exception {
        ProblemAssert.assertProblem(rig.send(HttpRequest.newBuilder(rig.uri("/v1/bans"))), 401, "unauthorized");
        ProblemAssert.assertProblem(rig.send(rig.request("/v1/bans").DELETE()), 405, "method-not-allowed");
        ProblemAssert.assertProblem(
                rig.post("/v1/bans", "{\"source\":\"" + "1".repeat(70_000) + "\"}"), 413, "body-too-large");
    }

    @Test
    void metricsCountThem() throws Exception {
        flood("192.0.2.7", 300);
        rig.guard.isScanner(InetAddress.ofLiteral("192.0.2.8"), "sipvicious", "", "", System.nanoTime());
        rig.post("/v1/bans", "{\"source\":\"203.0.113.5\"}");
        assertThat(rig.metrics.page())
                .contains("sotto_sip_bans{cause=\"flood\",} 1.0")
                .contains("sotto_sip_bans{cause=\"scanner\",} 1.0")
                .contains("sotto_sip_bans{cause=\"by-hand\",} 1.0")
                .contains("sotto_sip_bans{cause=\"wrong-password\",} 0.0")
                .contains("sotto_sip_banned_dropped_total{cause=\"scanner\",} 1.0")
                .containsPattern("sotto_sip_banned_dropped_total\\{cause=\"flood\",} (1[5-9]\\d|200)\\.0")
                .contains("sotto_sip_banned_dropped_total{cause=\"denied\",} 0.0")
                .contains("sotto_sip_banned_dropped_total{cause=\"stranger-limit\",} 0.0");
    }
}
