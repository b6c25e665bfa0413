package sotto.pci.psp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Currency;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.pci.DigitSearch;
import sotto.pci.card.Card;
import sotto.pci.psp.connector.ConnectorGateway;
import sotto.pci.psp.connector.ConnectorSettings;
import sotto.pci.psp.stripe.StripeGateway;
import sotto.pci.psp.stripe.StripeSettings;

final class NoDigitOnHeapTest {
    /** A Luhn-valid number, each digit with 40 added. */
    private static final int[] NUMBER = {44, 45, 43, 49, 41, 44, 48, 48, 40, 43, 44, 43, 46, 44, 46, 47};

    private static final int[] PLANTED = {45, 41, 47, 46, 42, 49, 43, 48, 44, 40, 47, 45, 49, 41, 46, 42};
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"connector", "connector over TLS", "Stripe", "Stripe over TLS"})
    void leavesNoDigit(String how) throws Exception {
        Optional<Path> keys =
                how.endsWith("TLS") ? Optional.of(Certificates.keyStore(directory, "dns:localhost")) : Optional.empty();
        try (GatewayProcess peer = GatewayProcess.start(keys, NUMBER);
                Gateway gateway = gateway(how, peer, keys);
                Card card = TestCards.card(NUMBER)) {
            Charge charge = new Charge("p1", Charge.Method.CHARGE, 1234, Currency.getInstance("EUR"), "order", "key-1");
            assertThat(gateway.take(card, charge))
                    .isInstanceOfSatisfying(Outcome.Approved.class, approved -> assertThat(approved.reference())
                            .endsWith("_seen")); // the peer compared the number
        }
        assertThat(DigitSearch.inHeap(directory, NUMBER)).isEmpty();
    }

    @Test
    void wouldFindDigits() throws Exception {
        byte[] planted = new byte[8];
        char[] text = new char[8];
        for (int i = 0; i < 8; i++) {
            planted[i] = (byte) (PLANTED[i] - 40 + '0');
            text[i] = (char) (PLANTED[i + 8] - 40);
        }
        try {
            assertThat(DigitSearch.inHeap(directory, PLANTED))
                    .containsExactly("first eight as TEXT", "last eight as SHORTS");
        } finally {
            Reference.reachabilityFence(planted);
            Reference.reachabilityFence(text);
        }
    }

    private Gateway gateway(String how, GatewayProcess peer, Optional<Path> keys) throws Exception {
        SSLContext trust = keys.isPresent() ? Certificates.tls(keys.get()) : SSLContext.getDefault();
        if (how.startsWith("connector")) {
            return new ConnectorGateway(
                    new ConnectorSettings(peer.uri("/pay"), Optional.empty(), TIMEOUT), new SecretHttp(trust));
        }
        Path key = Files.writeString(directory.resolve("key"), "sk_test_sotto\n");
        return new StripeGateway(new StripeSettings(peer.uri(""), key, TIMEOUT), new SecretHttp(trust));
    }
}
