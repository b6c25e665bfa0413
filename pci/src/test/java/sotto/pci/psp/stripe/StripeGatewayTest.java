package sotto.pci.psp.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Currency;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.pci.card.Card;
import sotto.pci.psp.Charge;
import sotto.pci.psp.Gateway;
import sotto.pci.psp.RawPeer;
import sotto.pci.psp.TestCards;

final class StripeGatewayTest {
    private static final int[] NUMBER = {44, 42, 44, 42, 44, 42, 44, 42, 44, 42, 44, 42, 44, 42, 44, 42};

    @TempDir
    private Path directory;

    /** One answer to every request, so that both steps before the confirmation get it too. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            200 | {"id":"x_1","status":"succeeded"}                                  | Approved[reference=x_1]
            200 | {"id":"x_1","status":"requires_capture"}                           | Approved[reference=x_1]
            200 | {"id":"x_1","status":"processing"}                                 | Unknown[reason=intent is processing]
            200 | {"id":"x_1"}                                                       | Unknown[reason=intent is absent]
            200 | {"id":"x_1","status":"requires_action"}                            | Unknown[reason=intent confirmed, but still waits for a card]
            402 | {"error":{"type":"card_error","code":"c","message":"No 4242424242424242"}} | Declined[code=c, message=No [digits removed]]
            400 | {"error":{"type":"idempotency_error","message":"reused"}}          | NotSent[reason=Stripe answered HTTP 400: reused]
            401 | {"error":{"type":"invalid_request_error","message":"bad key"}}     | NotSent[reason=Stripe answered HTTP 401: bad key]
            500 | {"error":{"type":"api_error","message":"oops"}}                    | NotSent[reason=Stripe answered HTTP 500: oops]
            200 | not JSON, 4242424242424242                                         | NotSent[reason=Stripe answered HTTP 200]
            """)
    void reads(int status, String body, String outcome) throws IOException {
        try (RawPeer peer = peer(status, body);
                Gateway gateway = gateway(peer);
                Card card = TestCards.card(NUMBER)) {
            assertThat(gateway.take(card, charge())).hasToString(outcome);
        }
    }

    @Test
    void sendsTheCardOnceAndConfirmsAsTelephoneOrder() throws IOException {
        try (RawPeer peer = peer(200, "{\"id\":\"x_1\",\"status\":\"succeeded\"}");
                Gateway gateway = gateway(peer);
                Card card = TestCards.card(NUMBER)) {
            gateway.take(card, charge());
            assertThat(peer.requests()).hasSize(3);
            assertThat(peer.requests().get(0))
                    .startsWith("POST /v1/payment_methods ")
                    .contains("Idempotency-Key: key-1-pm\r\n", "Authorization: Bearer sk_test_sotto\r\n")
                    .contains("card[number]=4242424242424242", "card[cvc]=987")
                    .contains("card[exp_month]=12", "card[exp_year]=2034");
            assertThat(peer.requests().get(1))
                    .startsWith("POST /v1/payment_intents ")
                    .contains("Idempotency-Key: key-1-pi\r\n", "amount=1234", "metadata[transaction_id]=p1")
                    .doesNotContain("42424242", "confirm=");
            assertThat(peer.requests().get(2))
                    .startsWith("POST /v1/payment_intents/x_1/confirm ")
                    .contains("Idempotency-Key: key-1-confirm\r\n", "payment_method_options[card][moto]=true")
                    .doesNotContain("42424242");
        }
    }

    @Test
    void writesNothingIntoTheHomeDirectory() throws IOException {
        String home = System.setProperty("user.home", directory.resolve("home").toString());
        try (RawPeer peer = peer(200, "{\"id\":\"x_1\",\"status\":\"succeeded\"}");
                Gateway gateway = gateway(peer);
                Card card = TestCards.card(NUMBER)) {
            gateway.take(card, charge());
            gateway.lookUp(charge());
            assertThat(peer.requests())
                    .hasSizeGreaterThan(3)
                    .noneMatch(request -> request.contains("Telemetry") || request.contains("Client-User-Agent"));
            try (Stream<Path> files = Files.walk(directory)) {
                assertThat(files.map(Path::getFileName).map(Path::toString))
                        .containsExactlyInAnyOrder(
                                directory.getFileName().toString(), "key"); // the key is this test's own
            }
        } finally {
            System.setProperty("user.home", home);
        }
    }

    private static RawPeer peer(int status, String body) {
        return RawPeer.answering("HTTP/1.1 " + status + " X\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private Gateway gateway(RawPeer peer) throws IOException {
        Path key = Files.writeString(directory.resolve("key"), "sk_test_sotto\nnot this line\n");
        return new StripeGateway(new StripeSettings(peer.uri("http://127.0.0.1", ""), key, Duration.ofSeconds(20)));
    }

    private static Charge charge() {
        return new Charge("p1", Charge.Method.CHARGE, 1234, Currency.getInstance("EUR"), "order", "key-1");
    }
}
