package sotto.proxy.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.pci.card.CardDigits;
import sotto.proxy.config.HttpSection.MetricsAccess;

/**
 * A gateway that fails once the card is keyed, over HTTP: what the payment says, and that the one of another call goes on.
 *
 * <pre>
 *  gateway                               state     error                then
 *  refuses the connection                FAILED    gateway-unreachable  retry charges once it is back
 *  charges, answers too late             UNKNOWN   gateway-no-answer    CAPTURED by a look-up, charged once
 *  takes the connection, never answers   UNKNOWN   gateway-no-answer    stays so: neither declined nor to be retried
 * </pre>
 */
final class GatewayDownTest {
    private static final String CARD = "4242424242424242" + "1230" + "123";
    private static final String SLOW_CARD = "4000000000000259" + "1230" + "123";

    @TempDir
    private Path directory;

    private ApiRig rig;

    @BeforeEach
    void start() throws IOException {
        rig = new ApiRig(directory, MetricsAccess.TOKEN);
        rig.addCall("call-2", "ANSWERED");
    }

    @AfterEach
    void leavesNoDigit() {
        rig.close();
        assertThat(CardDigits.live()).as("fields that still hold a digit").isZero();
    }

    @Test
    void refusedConnectionChargesNothingAndRetryWorks() throws Exception {
        String other = ready("call-2", "sandbox", CARD);
        String id = ready("call-1", "sandbox", CARD);
        rig.endGateway();
        submit(id);
        JsonObject failed = rig.await(id, "FAILED");
        assertThat(failed.getString("errorCode")).isEqualTo("gateway-unreachable");
        assertThat(failed.getString("result")).isEqualTo("FAILED");
        assertThat(failed.getJsonArray("allowed")).containsExactlyInAnyOrder("retry", "hand-back");
        assertThat(CardDigits.live()).as("the other call's fields only").isEqualTo(3);
        assertThat(rig.view(other).getString("state")).isEqualTo("READY");

        rig.startGateway();
        submit(other);
        rig.await(other, "CAPTURED");
        assertThat(rig.post("/v1/payments/" + id + "/retry", "").statusCode()).isEqualTo(200);
        rig.press("call-1", CARD);
        rig.await(id, "READY");
        submit(id);
        assertThat(rig.await(id, "CAPTURED").getValue("errorCode")).isNull();
        assertThat(rig.charges()).isEqualTo(2);
        handBack(id);
        handBack(other);
        assertThat(rig.get("/metrics").body()).contains("sotto_payments_total{result=\"captured\",} 2.0");
    }

    @Test
    void refusedConnectionIsCountedAsFailed() throws Exception {
        String id = ready("call-1", "sandbox", CARD);
        rig.endGateway();
        submit(id);
        rig.await(id, "FAILED");
        handBack(id);
        assertThat(rig.get("/metrics").body()).contains("sotto_payments_total{result=\"failed\",} 1.0");
    }

    @Test
    void lateAnswerIsUnknownUntilLookedUp() throws Exception {
        String id = ready("call-1", "hasty", SLOW_CARD);
        submit(id);
        JsonObject unknown = rig.await(id, "UNKNOWN");
        assertThat(unknown.getString("errorCode")).isEqualTo("gateway-no-answer");
        assertThat(unknown.getJsonArray("allowed")).containsExactly("hand-back");
        assertThat(CardDigits.live())
                .as("the code is gone with the first answer, or its lack")
                .isZero();
        assertThat(rig.post("/v1/payments/" + id + "/retry", "").statusCode()).isEqualTo(409);

        JsonObject captured = rig.await(id, "CAPTURED");
        assertThat(captured.getValue("errorCode")).isNull();
        assertThat(captured.getString("PaymentConfirmationCode")).startsWith("ch_");
        assertThat(rig.charges()).isEqualTo(1);
        handBack(id);
        assertThat(rig.get("/metrics").body())
                .contains("sotto_payments_total{result=\"captured\",} 1.0")
                .contains("sotto_payments_total{result=\"resolved\",} 1.0");
    }

    @Test
    void noAnswerAtAllStaysUnknown() throws Exception {
        rig.endGateway();
        try (ServerSocket silent = new ServerSocket(rig.gatewayPort(), 50, InetAddress.getLoopbackAddress())) {
            String other = ready("call-2", "sandbox", CARD);
            String id = ready("call-1", "hasty", CARD);
            submit(id);
            assertThat(rig.await(id, "UNKNOWN").getString("errorCode")).isEqualTo("gateway-no-answer");
            handBack(id);
            assertThat(rig.view(id).getString("result")).isEqualTo("UNKNOWN");
            assertThat(rig.view(other).getString("state")).isEqualTo("READY");
            assertThat(rig.post("/v1/payments/" + other + "/cancel", "").statusCode())
                    .isEqualTo(200);
            rig.await(other, "CLOSED");
            assertThat(silent.isClosed()).isFalse();
        }
        assertThat(rig.get("/metrics").body())
                .contains("sotto_payments_total{result=\"unknown\",} 1.0")
                .contains("sotto_payments_total{result=\"cancelled\",} 1.0")
                .contains("sotto_payments_total{result=\"declined\",} 0.0");
    }

    /** A payment whose fields are all keyed; its id. */
    private String ready(String call, String connector, String digits) throws Exception {
        HttpResponse<String> started = rig.post(
                "/v1/calls/" + call + "/payments",
                "{\"amount\":\"12.34\",\"currency\":\"EUR\",\"connector\":\"" + connector + "\"}");
        assertThat(started.statusCode()).as(started.body()).isEqualTo(201);
        String id = new JsonObject(started.body()).getString("id");
        rig.press(call, digits);
        rig.await(id, "READY");
        return id;
    }

    private void submit(String id) throws Exception {
        assertThat(rig.post("/v1/payments/" + id + "/submit", "").statusCode()).isEqualTo(200);
    }

    private void handBack(String id) throws Exception {
        assertThat(rig.post("/v1/payments/" + id + "/hand-back", "").statusCode())
                .isEqualTo(200);
        rig.await(id, "CLOSED");
    }
}
