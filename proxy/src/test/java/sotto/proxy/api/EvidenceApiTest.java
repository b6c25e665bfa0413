package sotto.proxy.api;

import static org.assertj.core.api.Assertions.assertThat;
import static sotto.proxy.api.ProblemAssert.assertProblem;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.config.HttpSection.MetricsAccess;
import sotto.proxy.evidence.ChainCheck;
import sotto.proxy.evidence.VerifyingKey;

/** The record of a capture over HTTP: there when its payment is CLOSED, and not before. */
final class EvidenceApiTest {
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

    @Test
    void isThereOnceThePaymentIsClosed() throws Exception {
        String id = rig.startPayment("call-1");
        HttpResponse<String> before = rig.get("/v1/payments/" + id + "/evidence");
        assertProblem(before, 404, "no-evidence");
        assertThat(before.body()).contains("ask once the payment is CLOSED");
        rig.post("/v1/payments/" + id + "/cancel", "{}");
        rig.await(id, "CLOSED");

        JsonObject record =
                new JsonObject(rig.get("/v1/payments/" + id + "/evidence").body());
        assertThat(record.getJsonObject("payload").getString("paymentId")).isEqualTo(id);
        assertThat(record.getJsonObject("payload").getString("result")).isEqualTo("cancelled");
        Path file = directory.resolve("evidence/records.jws");
        assertThat(Files.readAllLines(file)).containsExactly(record.getString("jws"));

        JsonObject key = new JsonObject(rig.get("/v1/evidence/key").body());
        VerifyingKey read = VerifyingKey.read(Files.writeString(directory.resolve("given.pem"), key.getString("pem")));
        assertThat(ChainCheck.of(file, List.of(read)))
                .isEqualTo(new ChainCheck.Result(1, List.of(), key.getString("lastHash")));
        assertThat(key.getJsonObject("jwk").getString("kid")).isEqualTo(read.id());
        assertThat(Base64.getUrlDecoder().decode(key.getJsonObject("jwk").getString("x")))
                .hasSize(32);
        assertThat(key.getInteger("records")).isEqualTo(1);
        assertThat(rig.get("/metrics").body()).contains("sotto_evidence_written_total 1.0");
    }

    @Test
    void whatIsNotWrittenYetIsSaidAndWhatNobodyKnowsIsUnknown() throws Exception {
        Path file = directory.resolve("evidence/records.jws");
        Files.delete(file);
        Files.createDirectory(file);
        String id = rig.startPayment("call-1");
        rig.post("/v1/payments/" + id + "/cancel", "{}");
        rig.await(id, "CLOSED");
        HttpResponse<String> waiting = rig.get("/v1/payments/" + id + "/evidence");
        assertProblem(waiting, 404, "no-evidence");
        assertThat(waiting.body()).contains("is not written yet");
        Files.delete(file);
        assertThat(rig.get("/v1/payments/" + id + "/evidence").statusCode()).isEqualTo(200);

        assertProblem(rig.get("/v1/payments/pay_00/evidence"), 404, "unknown-payment");
        assertProblem(rig.get("/v1/payments/4242424242424242/evidence"), 404, "unknown-payment");
        assertThat(rig.send(java.net.http.HttpRequest.newBuilder(rig.uri("/v1/evidence/key")))
                        .statusCode())
                .isEqualTo(401);
    }
}
