package sotto.proxy.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Currency;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.pci.card.Card;
import sotto.pci.psp.Charge;
import sotto.pci.psp.Gateway;
import sotto.pci.psp.Outcome;
import sotto.pci.psp.connector.ConnectorGateway;
import sotto.pci.psp.connector.ConnectorSettings;
import sotto.pci.psp.stripe.StripeGateway;
import sotto.pci.psp.stripe.StripeSettings;

/** Both adapters against the sandbox, over real sockets. */
final class SandboxGatewayTest {
    enum Adapter {
        CONNECTOR,
        STRIPE
    }

    private static final String APPROVE = "4242424242424242";
    private static final String DECLINE = "4000000000000002";
    private static final String SLOW = "4000000000000259";
    private static final String FAIL = "4000000000000119";
    private static final String DROP = "4000000000000341";
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(2);

    @TempDir
    private Path directory;

    private SandboxGateway sandbox;

    @BeforeEach
    void start() throws IOException {
        sandbox = SandboxGateway.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            CONNECTOR, CHARGE,    ch_,  charged,    12.34
            CONNECTOR, AUTHORIZE, ch_,  authorized, 12.34
            CONNECTOR, TOKENIZE,  tok_, tokenized,  ''
            STRIPE,    CHARGE,    pi_,  charged,    1234
            STRIPE,    AUTHORIZE, pi_,  authorized, 1234
            """)
    void approves(Adapter adapter, Charge.Method method, String prefix, String outcome, String amount)
            throws Exception {
        assertThat(take(adapter, "4111111111111111", charge(method), PATIENT))
                .isInstanceOfSatisfying(Outcome.Approved.class, approved -> assertThat(approved.reference())
                        .startsWith(prefix));
        assertThat(get("/ledger"))
                .contains("\"transaction_id\":\"p-1\"", "\"amount\":\"" + amount + "\"", "\"last_four\":\"1111\"")
                .contains("\"outcome\":\"" + outcome + "\"")
                .doesNotContain("41111111");
    }

    @Test
    void givesStripeTokens() throws Exception {
        assertThat(take(Adapter.STRIPE, APPROVE, charge(Charge.Method.TOKENIZE), PATIENT))
                .isInstanceOfSatisfying(Outcome.Approved.class, approved -> assertThat(approved.reference())
                        .startsWith("pm_"));
        assertThat(sandbox.charges()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            CONNECTOR, 4000000000000002, card_declined,       the issuer declined
            CONNECTOR, 4242424242424241, invalid_card_number, no such card
            STRIPE,    4000000000000002, generic_decline,     Your card was declined.
            STRIPE,    4242424242424241, incorrect_number,    Your card number is incorrect.
            """)
    void declines(Adapter adapter, String number, String code, String message) throws Exception {
        assertThat(take(adapter, number, charge(Charge.Method.CHARGE), PATIENT))
                .isEqualTo(new Outcome.Declined(code, message));
        assertThat(sandbox.charges()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void settlesADropAfterTheCharge(Adapter adapter) throws Exception {
        Charge charge = charge(Charge.Method.CHARGE);
        assertThat(take(adapter, DROP, charge, PATIENT)).isInstanceOf(Outcome.Unknown.class);
        assertThat(lookUp(adapter, charge)).isInstanceOf(Outcome.Approved.class);
        assertThat(sandbox.charges()).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void settlesAnAnswerThatCameTooLate(Adapter adapter) throws Exception {
        Charge charge = charge(Charge.Method.CHARGE);
        assertThat(take(adapter, SLOW, charge, SHORT)).isInstanceOf(Outcome.Unknown.class);
        assertThat(lookUp(adapter, charge)).isInstanceOf(Outcome.Approved.class);
        assertThat(sandbox.charges()).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void settlesAServerError(Adapter adapter) throws Exception {
        Charge charge = charge(Charge.Method.CHARGE);
        assertThat(take(adapter, FAIL, charge, PATIENT)).isInstanceOf(Outcome.Unknown.class);
        assertThat(lookUp(adapter, charge)).isInstanceOf(Outcome.NotSent.class);
        assertThat(sandbox.charges()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void chargesOnceForOneKey(Adapter adapter) throws Exception {
        Charge charge = charge(Charge.Method.CHARGE);
        Outcome first = take(adapter, APPROVE, charge, PATIENT);
        assertThat(take(adapter, APPROVE, charge, PATIENT))
                .isInstanceOf(Outcome.Approved.class)
                .isEqualTo(first);
        assertThat(lookUp(adapter, charge)).isEqualTo(first);
        assertThat(sandbox.charges()).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void remembersADecline(Adapter adapter) throws Exception {
        Charge charge = charge(Charge.Method.CHARGE);
        Outcome declined = take(adapter, DECLINE, charge, PATIENT);
        assertThat(lookUp(adapter, charge)).isInstanceOf(Outcome.Declined.class).isEqualTo(declined);
    }

    @ParameterizedTest
    @EnumSource
    void knowsThatItNeverArrived(Adapter adapter) throws Exception {
        assertThat(lookUp(adapter, charge(Charge.Method.CHARGE))).isInstanceOf(Outcome.NotSent.class);
        assertThat(sandbox.charges()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void sendsNothingToAGatewayThatIsDown(Adapter adapter) throws Exception {
        Charge charge = charge(Charge.Method.CHARGE);
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        try (Gateway gateway = gateway(adapter, closed, PATIENT);
                Card card = Cards.of(APPROVE)) {
            assertThat(gateway.take(card, charge)).isInstanceOf(Outcome.NotSent.class);
            assertThat(gateway.lookUp(charge)).isInstanceOf(Outcome.Unknown.class);
        }
    }

    @Test
    void refusesStripeWithoutAKeyFile() {
        StripeSettings settings = new StripeSettings(uri(sandbox.port(), ""), directory.resolve("none"), PATIENT);
        try (Gateway gateway = new StripeGateway(settings);
                Card card = Cards.of(APPROVE)) {
            assertThat(gateway.take(card, charge(Charge.Method.CHARGE)))
                    .isInstanceOfSatisfying(Outcome.NotSent.class, notSent -> assertThat(notSent.reason())
                            .startsWith("credential file"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            nonsense                                                | 400
            []                                                      | 400
            {}                                                      | 400
            {"transaction_id":"t"}                                  | 402
            {"transaction_id":"t","cardnumber":"4242"}              | 402
            {"transaction_id":"t", "cardnumber" : "4242424242424242"} | 200
            """)
    void standsBadBodies(String body, int status) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(sandbox.port(), "/pay"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(status);
        }
    }

    @Test
    void listsItsCards() throws Exception {
        assertThat(get("/"))
                .contains(Stream.of(APPROVE, DECLINE, SLOW, FAIL, DROP).toList());
    }

    @Test
    void cannotListenTwice() {
        InetSocketAddress taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), sandbox.port());
        assertThatIOException().isThrownBy(() -> SandboxGateway.start(taken)).withMessageContaining("cannot listen on");
    }

    private static Charge charge(Charge.Method method) {
        long amount = method == Charge.Method.TOKENIZE ? 0 : 1234;
        return new Charge("p-1", method, amount, Currency.getInstance("EUR"), "order \"7\"", "key-1");
    }

    private Outcome take(Adapter adapter, String number, Charge charge, Duration timeout) throws IOException {
        try (Gateway gateway = gateway(adapter, sandbox.port(), timeout);
                Card card = Cards.of(number)) {
            return gateway.take(card, charge);
        }
    }

    private Outcome lookUp(Adapter adapter, Charge charge) throws IOException {
        try (Gateway gateway = gateway(adapter, sandbox.port(), PATIENT)) {
            return gateway.lookUp(charge);
        }
    }

    private Gateway gateway(Adapter adapter, int port, Duration timeout) throws IOException {
        Path key = Files.writeString(directory.resolve("key"), "sk_test_sotto\n");
        return switch (adapter) {
            case CONNECTOR -> new ConnectorGateway(new ConnectorSettings(uri(port, "/pay"), Optional.of(key), timeout));
            case STRIPE -> new StripeGateway(new StripeSettings(uri(port, ""), key, timeout));
        };
    }

    private String get(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(uri(sandbox.port(), path)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
