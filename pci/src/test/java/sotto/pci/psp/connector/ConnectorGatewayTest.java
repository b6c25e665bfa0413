package sotto.pci.psp.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Currency;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.pci.card.Card;
import sotto.pci.psp.Charge;
import sotto.pci.psp.Gateway;
import sotto.pci.psp.Outcome;
import sotto.pci.psp.RawPeer;
import sotto.pci.psp.TestCards;

final class ConnectorGatewayTest {
    private static final int[] NUMBER = {44, 42, 44, 42, 44, 42, 44, 42, 44, 42, 44, 42, 44, 42, 44, 42};

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # answer                                                   | take     | lookUp
            200 | {"charge_id":"ch_1","error_code":null}                 | Approved | Approved
            201 | {"charge_id":"ch_1"}                                   | Approved | Approved
            200 | {"error_code":"E1","error_message":"no"}               | Declined | Declined
            200 | {"charge_id":"ch_1","error_code":"E1"}                 | Declined | Declined
            402 | {}                                                     | Declined | Declined
            402 | nonsense                                               | Unknown  | Unknown
            400 | {"error_code":"E1"}                                    | NotSent  | Unknown
            401 | {}                                                     | NotSent  | Unknown
            404 | nonsense                                               | NotSent  | NotSent
            429 | {}                                                     | NotSent  | Unknown
            409 | {}                                                     | Unknown  | Unknown
            302 | {"charge_id":"ch_1"}                                   | Unknown  | Unknown
            500 | {"error_code":"E1"}                                    | Unknown  | Unknown
            503 | {}                                                     | Unknown  | Unknown
            200 | {}                                                     | Unknown  | Unknown
            200 | {"token_id":"t"}                                       | Unknown  | Unknown
            200 | {"charge_id":"two words"}                              | Unknown  | Unknown
            200 | {"charge_id":                                          | Unknown  | Unknown
            200 | [[[[]]]]                                               | Unknown  | Unknown
            """)
    void reads(int status, String body, String taken, String lookedUp) throws IOException {
        try (RawPeer peer = peer(status, body);
                Gateway gateway = gateway(peer, "secret");
                Card card = TestCards.card(NUMBER)) {
            assertThat(gateway.take(card, charge()).getClass().getSimpleName()).isEqualTo(taken);
            assertThat(gateway.lookUp(charge()).getClass().getSimpleName()).isEqualTo(lookedUp);
        }
    }

    @ParameterizedTest
    @CsvSource({"token, Bearer token", "user:pass, Basic dXNlcjpwYXNz", "Bearer abc, Bearer abc"})
    void speaksTheVocabulary(String credential, String authorization) throws IOException {
        try (RawPeer peer = peer(200, "{\"charge_id\":\"ch_1\"}");
                Gateway gateway = gateway(peer, credential);
                Card card = TestCards.card(NUMBER)) {
            assertThat(gateway.take(card, charge())).isEqualTo(new Outcome.Approved("ch_1"));
            assertThat(peer.requests())
                    .singleElement()
                    .asString()
                    .contains("Idempotency-Key: key-1\r\n", "Authorization: " + authorization + "\r\n")
                    .endsWith(
                            "\r\n\r\n{\"method\":\"charge\",\"transaction_id\":\"p/1\",\"cardnumber\":\"4242424242424242\","
                                    + "\"cvv\":\"987\",\"expiry_month\":\"12\",\"expiry_year\":\"34\",\"amount\":\"12.34\","
                                    + "\"currency_code\":\"EUR\",\"description\":\"order \\\"7\\\"\"}");
            gateway.lookUp(charge());
            assertThat(peer.requests().get(1)).startsWith("GET /pay/p%2F1 HTTP/1.1\r\n");
        }
    }

    @Test
    void leavesOutWhatHasBeenWiped() throws IOException {
        try (RawPeer peer = peer(200, "{\"charge_id\":\"ch_1\"}");
                Gateway gateway = gateway(peer, "secret");
                Card card = TestCards.card(NUMBER)) {
            card.securityCode().orElseThrow().clear();
            assertThat(gateway.take(card, charge())).isEqualTo(new Outcome.Approved("ch_1"));
            assertThat(peer.requests()).singleElement().asString().doesNotContain("cvv");
            card.clear();
            assertThat(gateway.take(card, charge())).isInstanceOf(Outcome.NotSent.class);
            assertThat(peer.requests()).hasSize(1);
        }
    }

    @Test
    void showsNoDigitThatTheGatewayEchoes() throws IOException {
        try (RawPeer peer = peer(200, "{\"error_code\":\"E1\",\"error_message\":\"4242 4242 4242 4242 is lost\"}");
                Gateway gateway = gateway(peer, "secret");
                Card card = TestCards.card(NUMBER)) {
            assertThat(gateway.take(card, charge())).isEqualTo(new Outcome.Declined("E1", "[digits removed] is lost"));
        }
    }

    @Test
    void sendsNothingWithoutItsCredential() throws IOException {
        try (RawPeer peer = peer(200, "{}");
                Gateway gateway = gateway(peer, "\n");
                Card card = TestCards.card(NUMBER)) {
            assertThat(gateway.take(card, charge())).isInstanceOf(Outcome.NotSent.class);
            assertThat(peer.requests()).isEmpty();
        }
    }

    private static RawPeer peer(int status, String body) {
        return RawPeer.answering("HTTP/1.1 " + status + " X\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private Gateway gateway(RawPeer peer, String credential) throws IOException {
        Path file = Files.writeString(directory.resolve("credential"), credential + "\n");
        return new ConnectorGateway(
                new ConnectorSettings(peer.uri("http://127.0.0.1", "/pay"), Optional.of(file), Duration.ofSeconds(20)));
    }

    private static Charge charge() {
        return new Charge("p/1", Charge.Method.CHARGE, 1234, Currency.getInstance("EUR"), "order \"7\"", "key-1");
    }
}
