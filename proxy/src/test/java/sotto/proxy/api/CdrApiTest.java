package sotto.proxy.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.proxy.cdr.SampleCalls;
import sotto.proxy.config.HttpSection.MetricsAccess;

/** Call detail records over HTTP, from a real journal and database. */
final class CdrApiTest {
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>; rel=\"next\"");

    @TempDir
    private Path directory;

    private ApiRig rig;

    @BeforeEach
    void start() throws Exception {
        rig = new ApiRig(directory, MetricsAccess.TOKEN);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private void store(int first, int count) throws Exception {
        for (int i = first; i < first + count; i++) {
            rig.cdrs.ended(SampleCalls.ended(i), List.of());
        }
        await(() -> rig.get("/v1/cdrs/" + SampleCalls.id(first + count - 1)).statusCode() == 200);
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) throws Exception {
        long endNs = System.nanoTime() + ApiRig.PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(endNs);
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static List<String> ids(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body())
                .getJsonArray("cdrs").stream()
                        .map(record -> ((JsonObject) record).getString("id"))
                        .toList();
    }

    @Test
    void pagesFollowEachOther() throws Exception {
        store(0, 25);
        List<String> walked = new ArrayList<>();
        String path = "/v1/cdrs?limit=10&from=2026-11-25T05:00:00%2B01:00";
        int pages = 0;
        while (!path.isEmpty()) {
            HttpResponse<String> page = rig.get(path);
            walked.addAll(ids(page));
            Matcher next = NEXT.matcher(page.headers().firstValue("Link").orElse(""));
            path = next.matches() ? next.group(1) : "";
            String cursor = new JsonObject(page.body()).getString("next");
            assertThat(path).endsWith(cursor == null ? "" : "after=" + cursor);
            pages++;
        }
        assertThat(pages).isEqualTo(3);
        assertThat(walked)
                .isEqualTo(IntStream.range(0, 25)
                        .mapToObj(i -> SampleCalls.id(24 - i))
                        .toList());
    }

    @Test
    void filtersAreAllOfThem() throws Exception {
        store(0, 12);
        assertThat(ids(rig.get("/v1/cdrs?trunk=carrier-b"))).hasSize(4);
        assertThat(ids(rig.get("/v1/cdrs?trunk=carrier-b&number=%2B49303"))).containsExactly(SampleCalls.id(3));
        assertThat(ids(rig.get("/v1/cdrs?trunk=carrier-a&number=%2B49303"))).isEmpty();
        assertThat(ids(rig.get("/v1/cdrs?number=+49303")))
                .as("a plus as people type it")
                .hasSize(1);
        assertThat(ids(rig.get("/v1/cdrs?from=2026-11-25T04:00:05.250Z&to=2026-11-25T04:00:07.250Z")))
                .containsExactly(SampleCalls.id(6), SampleCalls.id(5));
        assertThat(ids(rig.get("/v1/cdrs?from=2026-11-25T05:00:05.250+01:00&limit=1")))
                .as("a plus as people type it")
                .containsExactly(SampleCalls.id(11));
    }

    @Test
    void oneIsFoundByEachId() throws Exception {
        store(7, 1);
        JsonObject record =
                new JsonObject(rig.get("/v1/cdrs/" + SampleCalls.id(7)).body());
        assertThat(record.getString("endedBy")).isEqualTo("caller");
        assertThat(record.getJsonArray("legs")).hasSize(2);
        assertThat(new JsonObject(rig.get("/v1/cdrs/in-7%40c").body())).isEqualTo(record);
        assertThat(new JsonObject(rig.get("/v1/cdrs/out-7").body())).isEqualTo(record);
        ProblemAssert.assertProblem(rig.get("/v1/cdrs/out-8"), 404, "unknown-cdr");
    }

    @Test
    void aSpreadsheetGetsCsv() throws Exception {
        store(7, 2);
        HttpResponse<String> csv = rig.send(rig.request("/v1/cdrs").header("Accept", "text/csv"));
        assertThat(csv.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
        List<String> lines = csv.body().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(csv.body()).endsWith("\r\n");
        assertThat(lines.getFirst())
                .startsWith("id,from,to,trunk,callingSide,startedAt,")
                .endsWith("payments,version,verstat,reason,attest,origid,certificate");
        assertThat(lines.get(2))
                .startsWith(SampleCalls.id(7) + ",+49307,support,carrier-a,caller,2026-11-25T04:00:07.250Z,")
                .contains(
                        ",2000,60000,caller,200,carrier,in-7@c,udp,192.0.2.1:5060,none,PCMA,192.0.2.1:4000,2990,3000,10,1.23,4.32,")
                .endsWith(",TN-Validation-Passed,,A,origin-7,CN=Signer")
                .contains(",pbx,out-7,tls,192.0.2.2:5061,AEAD_AES_128_GCM,PCMA,,0,2990,0,,,");
        for (String line : lines) {
            assertThat(line.chars().filter(c -> c == ',').count()).isEqualTo(43);
        }
    }

    @Test
    void aFormulaInACallersNameIsNone() {
        JsonObject record = new JsonObject()
                .put("from", "=cmd|'/c calc'!A1")
                .put("to", "+4930,\"x\"")
                .put("trunk", "-oops")
                .put("legs", new JsonArray())
                .put(
                        "payments",
                        new JsonArray().add(new JsonObject().put("id", "pay_1").put("result", "captured")));
        assertThat(CdrCsv.of(List.of(record.encode())).lines().toList().get(1))
                .startsWith(",'=cmd|'/c calc'!A1,\"+4930,\"\"x\"\"\",'-oops,")
                .endsWith(",pay_1:captured,,,,,,");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from=yesterday",
                "from=2026-11-25",
                "to=2026-13-01T00:00:00Z",
                "limit=0",
                "limit=1001",
                "limit=-1",
                "limit=ten",
                "after=4242424242424242",
                "after=1-4242'--",
                "trunk=4242%20x",
                "trunk=",
                "number=",
                "numbre=42424242",
                "limit=4&limit=5"
            })
    void wrongQuestionsAreTold(String query) throws Exception {
        ProblemAssert.assertProblem(rig.get("/v1/cdrs?" + query), 400, "malformed-request");
    }

    @Test
    void aQuoteInAnIdIsNoSql() throws Exception {
        store(1, 1);
        ProblemAssert.assertProblem(rig.get("/v1/cdrs/x'%20OR%20'1'='1"), 404, "unknown-cdr");
        assertThat(ids(rig.get("/v1/cdrs?number=x'%20OR%20'1'='1"))).isEmpty();
    }

    @Test
    void hasTheSameDoorsAsTheRest() throws Exception {
        ProblemAssert.assertProblem(rig.send(HttpRequest.newBuilder(rig.uri("/v1/cdrs"))), 401, "unauthorized");
        ProblemAssert.assertProblem(
                rig.send(rig.request("/v1/cdrs").header("Accept", "image/png")), 406, "not-acceptable");
        ProblemAssert.assertProblem(rig.send(rig.request("/v1/cdrs").DELETE()), 405, "method-not-allowed");
    }

    @Test
    void aDatabaseThatIsGoneIsTold() throws Exception {
        store(1, 1);
        Files.delete(directory.resolve("cdr/cdr.db"));
        ProblemAssert.assertProblem(rig.get("/v1/cdrs"), 503, "cdrs-unavailable");
        ProblemAssert.assertProblem(rig.get("/v1/cdrs/out-1"), 503, "cdrs-unavailable");
    }

    @Test
    void metricsTellHowItGoes() throws Exception {
        assertThat(rig.metrics.page())
                .contains("sotto_cdr_written_total 0.0", "sotto_cdr_pending 0.0", "sotto_cdr_lost_total 0.0")
                .contains("sotto_cdr_failed_total{part=\"journal\",} 0.0")
                .contains("sotto_cdr_failed_total{part=\"database\",} 0.0");
        store(1, 3);
        assertThat(rig.metrics.page()).contains("sotto_cdr_written_total 3.0", "sotto_cdr_pending 0.0");
    }
}
