package sotto.proxy.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.HttpSection.MetricsAccess;

/** A payment over HTTP, from the first key to hand-back, and what is refused on the way. */
final class PaymentApiTest {
    private static final String NUMBER = "4242424242424242";

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

    @Test
    void takesAPaymentFromKeysToHandBack() throws Exception {
        String id = rig.startPayment("call-1-a@carrier"); // the SIP Call-ID of a leg finds the call
        CompletableFuture<List<String>> events = follow(id);
        rig.press(NUMBER + "1230" + "123");
        JsonObject ready = rig.await(id, "READY");
        assertThat(ready.getString("callId")).isEqualTo("call-1");
        assertThat(ready.getJsonArray("sinks")).containsExactly("agent-leg", "tap");
        assertThat(ready.getJsonArray("allowed"))
                .contains("submit", "reset-field")
                .doesNotContain("hand-back");
        assertThat(ready.getJsonArray("fields").getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("name", "payment-card-number")
                        .put("digits", 16)
                        .put("complete", true)
                        .put("brand", "visa")
                        .put("lastFour", "4242")
                        .put("attempt", 1)
                        .put("error", null));
        assertThat(ready.getString("PaymentCardNumber")).isEqualTo("xxxxxxxxxxxx4242");
        assertThat(ready.getString("SecurityCode")).isEqualTo("xxx");

        assertThat(rig.post("/v1/payments/" + id + "/submit", "").statusCode()).isEqualTo(200);
        JsonObject captured = rig.await(id, "CAPTURED");
        assertThat(captured.getString("result")).isEqualTo("CAPTURED");
        assertThat(captured.getString("Result")).isEqualTo("success");
        assertThat(captured.getString("PaymentConfirmationCode")).startsWith("ch_");
        assertThat(captured.getString("PaymentCardType")).as("after the wipe").isEqualTo("visa");
        assertThat(captured.getString("PaymentCardNumber")).isEqualTo("xxxxxxxxxxxx4242");
        assertThat(captured.getString("SecurityCode")).isEmpty();
        assertThat(captured.getJsonArray("fields").getJsonObject(0).getString("brand"))
                .isEqualTo("visa");
        assertThat(rig.metrics.page()).as("at the answer").contains("sotto_payments_total{result=\"captured\",} 1.0");
        assertThat(rig.post("/v1/payments/" + id + "/hand-back", "").statusCode())
                .isEqualTo(200);

        assertThat(rig.await(id, "CLOSED").getString("For")).isEqualTo("payment-completed");
        List<String> lines = events.get(20, TimeUnit.SECONDS); // the stream ends by itself at CLOSED
        List<JsonObject> states = lines.stream()
                .filter(line -> line.startsWith("data: "))
                .map(line -> new JsonObject(line.substring(6)))
                .toList();
        assertThat(states.stream().map(s -> s.getString("state")).distinct())
                .containsSubsequence(
                        "CAPTURING", "FIELD_OK", "READY", "SUBMITTING", "CAPTURED", "HANDED_BACK", "CLOSED");
        assertThat(states.stream().map(s -> s.getLong("sequence"))).isSorted().doesNotHaveDuplicates();
        assertThat(lines)
                .contains("event: state")
                .contains("id: " + states.getLast().getLong("sequence"));
        assertThat(states).anySatisfy(s -> {
            assertThat(s.getString("For")).isEqualTo("payment-card-number");
            assertThat(s.getBoolean("PartialResult")).isTrue();
            assertThat(s.getString("PaymentCardNumber")).isEqualTo("xxxxx");
            assertThat(s.getString("PaymentCardType")).isEqualTo("visa");
        });
        String said = String.join("", lines).replace(id, "").replaceAll("\"createdAt\":\"[^\"]+\"", "");
        assertThat(said).as("but for what may have any digits").doesNotContain("42424", "1230");
    }

    @Test
    void asksForAFieldAgain() throws Exception {
        String id = rig.startPayment("call-1");
        rig.press("4242424242424241#");
        JsonObject wrong = rig.await(id, "FIELD_ERROR");
        assertThat(wrong.getString("ErrorType")).isEqualTo("invalid-card-number");
        assertThat(wrong.getInteger("Attempt")).isEqualTo(2);
        rig.press(NUMBER);
        rig.await(id, "CAPTURING");
        HttpResponse<String> reset =
                rig.post("/v1/payments/" + id + "/reset-field", "{\"field\":\"payment-card-number\"}");
        assertThat(reset.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(reset.body()).getString("capturing")).isEqualTo("payment-card-number");
        HttpResponse<String> cancelled = rig.post("/v1/payments/" + id + "/cancel", "");
        assertThat(new JsonObject(cancelled.body()).getString("Result")).isEqualTo("cancelled");
        JsonObject closed = rig.await(id, "CLOSED");
        assertThat(closed.getString("Result")).isEqualTo("cancelled");
        assertThat(closed.getString("For")).isEqualTo("payment-canceled");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            # call    | body                                                                    | status | type
            call-1    | {"amount":"12.345","currency":"EUR"}                                    | 400 | invalid-amount
            call-1    | {"amount":"-1","currency":"EUR"}                                        | 400 | invalid-amount
            call-1    | {"currency":"EUR"}                                                      | 400 | invalid-amount
            call-1    | {"amount":12.34,"currency":"EUR"}                                       | 400 | malformed-request
            call-1    | {"amount":"4242424242424242","currency":"EUR"}                          | 400 | invalid-amount
            call-1    | {"amount":"1"}                                                          | 400 | invalid-currency
            call-1    | {"amount":"1","currency":"4242424242424242"}                            | 400 | invalid-currency
            call-1    | {"amount":"1","currency":"EUR","fields":["4242424242424242"]}           | 400 | invalid-fields
            call-1    | {"amount":"1","currency":"EUR","fields":[]}                             | 400 | invalid-fields
            call-1    | {"amount":"1","currency":"EUR","fields":"security-code"}                | 400 | malformed-request
            call-1    | {"amount":"1","currency":"EUR","method":"4242424242424242"}             | 400 | invalid-method
            call-1    | {"amount":"1","currency":"EUR","connector":"4242424242424242"}          | 400 | unknown-connector
            call-1    | {"amount":"1","currency":"EUR","description":"4242 4242 4242 4242"}     | 400 | invalid-fields
            call-1    | {"amount":"1","currency":"EUR","idempotencyKey":"4242-4242-4242-4242"}  | 400 | malformed-request
            call-1    | {"amount":"1","currency":"EUR","4242424242424242":1}                    | 400 | unknown-member
            call-1    | {"amount":"1","currency":"EUR","confirm":"4242424242424242"}            | 400 | malformed-request
            call-1    | {"amount":"1","amount":"2","currency":"EUR"}                            | 400 | malformed-request
            call-1    | {"amount":"1","currency":"EUR"} 4242424242424242                        | 400 | malformed-request
            call-1    | ["4242424242424242"]                                                    | 400 | malformed-request
            call-1    | 4242424242424242                                                        | 400 | malformed-request
            4242424242424242 | {"amount":"1","currency":"EUR"}                                  | 404 | unknown-call
            ringing-1 | {"amount":"1","currency":"EUR"}                                         | 409 | call-not-answered
            deaf-1    | {"amount":"1","currency":"EUR"}                                         | 503 | arm-failed
            """)
    void refusesToStart(String call, String body, int status, String type) throws Exception {
        rig.addCall("ringing-1", "RINGING");
        rig.addCall("deaf-1", "ANSWERED");
        assertProblem(rig.post("/v1/calls/" + call + "/payments", body), status, type);
        assertThat(rig.metrics.page())
                .contains("sotto_payments_total{result=\"arm-failed\",} " + (type.equals("arm-failed") ? 1.0 : 0.0));
    }

    @Test
    void waitsForTheAgentToConfirm() throws Exception {
        String id = rig.startPayment("call-1", "{\"amount\":\"1\",\"currency\":\"EUR\",\"confirm\":true}");
        assertProblem(rig.post("/v1/payments/" + id + "/confirm", ""), 409, "verb-not-allowed");
        rig.press(NUMBER + "1230" + "123");
        JsonObject ready = rig.await(id, "READY");
        assertThat(ready.getJsonArray("allowed")).contains("confirm").doesNotContain("submit");
        assertThat(ready.getBoolean("confirmed")).isFalse();
        HttpResponse<String> early = rig.post("/v1/payments/" + id + "/submit", "");
        assertProblem(early, 409, "verb-not-allowed");
        assertThat(new JsonObject(early.body()).getString("detail"))
                .isEqualTo("a payment that is READY takes capture, reset-field, reset-all, confirm, cancel, extend,"
                        + " not submit");

        JsonObject confirmed =
                new JsonObject(rig.post("/v1/payments/" + id + "/confirm", "").body());
        assertThat(confirmed.getBoolean("confirmed")).isTrue();
        assertThat(confirmed.getJsonArray("allowed")).contains("submit").doesNotContain("confirm");
        rig.post("/v1/payments/" + id + "/reset-field", "{\"field\":\"security-code\"}");
        rig.press("321");
        JsonObject again = rig.await(id, "READY");
        assertThat(again.getBoolean("confirmed"))
                .as("other fields than those confirmed")
                .isFalse();
        assertProblem(rig.post("/v1/payments/" + id + "/submit", ""), 409, "verb-not-allowed");
        rig.post("/v1/payments/" + id + "/confirm", "");
        assertThat(rig.post("/v1/payments/" + id + "/submit", "").statusCode()).isEqualTo(200);
        assertThat(rig.await(id, "CAPTURED").getBoolean("confirmed")).isTrue();
    }

    /** An agent's desk may confirm always; who did not ask for it need not. */
    @Test
    void takesAConfirmationThatNobodyAskedFor() throws Exception {
        String id = rig.startPayment("call-1");
        rig.press(NUMBER + "1230" + "123");
        assertThat(rig.await(id, "READY").getJsonArray("allowed")).contains("confirm", "submit");
        HttpResponse<String> confirmed = rig.post("/v1/payments/" + id + "/confirm", "");
        assertThat(new JsonObject(confirmed.body()).getBoolean("confirmed")).isTrue();
        assertThat(rig.post("/v1/payments/" + id + "/submit", "").statusCode()).isEqualTo(200);
        rig.await(id, "CAPTURED");
    }

    @Test
    void keepsTypeAndLengthOfACardThatIsNotOfSixteen() throws Exception {
        String id = rig.startPayment("call-1");
        rig.press("378282246310005" + "1230" + "1234");
        assertThat(rig.await(id, "READY").getString("PaymentCardNumber")).isEqualTo("xxxxxxxxxxx0005");
        rig.post("/v1/payments/" + id + "/cancel", "");
        JsonObject closed = rig.await(id, "CLOSED");
        assertThat(closed.getString("PaymentCardNumber")).isEqualTo("xxxxxxxxxxx0005");
        assertThat(closed.getString("PaymentCardType")).isEqualTo("amex");
    }

    /** What was shown of a number goes with it when it is keyed anew. */
    @Test
    void forgetsWhatItShowedOfANumberThatIsKeyedAgain() throws Exception {
        String id = rig.startPayment("call-1");
        rig.press(NUMBER);
        rig.await(id, "CAPTURING");
        JsonObject reset =
                new JsonObject(rig.post("/v1/payments/" + id + "/reset-field", "{\"field\":\"payment-card-number\"}")
                        .body());
        assertThat(reset.getString("PaymentCardNumber")).isEmpty();
        assertThat(reset.containsKey("PaymentCardType")).isFalse();
    }

    @Test
    void refusesASecondPayment() throws Exception {
        String id = rig.startPayment("call-1");
        assertProblem(
                rig.post("/v1/calls/call-1/payments", "{\"amount\":\"1\",\"currency\":\"EUR\"}"),
                409,
                "payment-in-progress");
        assertProblem(rig.post("/v1/payments/" + id + "/submit", ""), 409, "verb-not-allowed");
        assertProblem(rig.post("/v1/payments/" + id + "/pay", ""), 404, "unknown-verb");
        assertProblem(rig.post("/v1/payments/" + id + "/capture", "{\"field\":\"name\"}"), 400, "invalid-fields");
        assertProblem(rig.post("/v1/payments/" + id + "/capture", "{\"x\":1}"), 400, "unknown-member");
        assertProblem(rig.post("/v1/payments/none/cancel", ""), 404, "unknown-payment");
        assertProblem(rig.get("/v1/payments/none"), 404, "unknown-payment");
        assertProblem(rig.get("/v1/payments/none/events"), 404, "unknown-payment");
    }

    @Test
    void keepsToAnIdempotencyKey() throws Exception {
        String body = "{\"amount\":\"1\",\"currency\":\"EUR\",\"idempotencyKey\":\"k-1\"}";
        String first = rig.post("/v1/calls/call-1/payments", body).body();
        String again = rig.post("/v1/calls/call-1/payments", body).body();
        assertThat(new JsonObject(again).getString("id")).isEqualTo(new JsonObject(first).getString("id"));
        assertProblem(
                rig.post("/v1/calls/call-1/payments", body.replace("\"1\"", "\"2\"")), 422, "idempotency-key-reused");
    }

    /** A client that stops reading is cut off; the payment does not mind. */
    @Test
    void cutsOffAClientThatDoesNotRead() throws Exception {
        String id = rig.startPayment("call-1");
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), rig.port()));
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET /v1/payments/" + id + "/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                    + rig.token + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            for (int i = 0; i < 4_000; i++) { // an event each: more than sockets and queue hold
                rig.press("4*");
            }
            long endNs = System.nanoTime() + ApiRig.PATIENCE.toNanos();
            while (!rig.keys.isEmpty() && System.nanoTime() < endNs) {
                assertThat(rig.get("/v1/payments/" + id).statusCode()).isEqualTo(200); // and nobody else waits
            }
            assertThat(rig.keys).isEmpty();
            assertThat(readToEnd(socket.getInputStream())).isLessThan(8_000L * 800); // not all of it
        }
        assertThat(rig.post("/v1/payments/" + id + "/cancel", "").statusCode()).isEqualTo(200);
    }

    private static long readToEnd(InputStream in) {
        long octets = 0;
        byte[] buffer = new byte[65536];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                octets += n;
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("still open", e);
        } catch (IOException e) {
            return octets; // reset
        }
        return octets;
    }

    /** Follows a payment; its first event has been sent when this returns, so no later one is missed. */
    private CompletableFuture<List<String>> follow(String id) throws Exception {
        HttpRequest request = rig.request("/v1/payments/" + id + "/events").build();
        HttpResponse<Stream<String>> stream =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofLines());
        assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        return CompletableFuture.supplyAsync(() -> stream.body().toList());
    }

    private static void assertProblem(HttpResponse<String> response, int status, String type) {
        ProblemAssert.assertProblem(response, status, type);
    }
}
