package sotto.proxy.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Currency;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.pci.DigitSearch;
import sotto.pci.card.Card;
import sotto.pci.card.CardDigits;
import sotto.pci.psp.Charge;
import sotto.pci.psp.Gateway;
import sotto.pci.psp.Outcome;
import sotto.pci.psp.connector.ConnectorGateway;
import sotto.pci.psp.connector.ConnectorSettings;
import sotto.pci.psp.stripe.StripeGateway;
import sotto.pci.psp.stripe.StripeSettings;

/** The sandbox in this very JVM, as in a demonstration, leaves no digit either. */
final class SandboxHeapTest {
    private static final int[] NUMBER = {44, 45, 43, 49, 41, 44, 48, 48, 40, 43, 44, 43, 46, 44, 46, 47};

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"connector", "Stripe"})
    void leavesNoDigit(String how) throws Exception {
        Path key = Files.writeString(directory.resolve("key"), "sk_test_sotto\n");
        Duration timeout = Duration.ofSeconds(20);
        try (SandboxGateway sandbox = SandboxGateway.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                CardDigits number = new CardDigits(NUMBER.length)) {
            URI base = URI.create("http://127.0.0.1:" + sandbox.port());
            for (int digit : NUMBER) {
                number.append(digit - 40);
            }
            try (Gateway gateway = how.equals("connector")
                            ? new ConnectorGateway(
                                    new ConnectorSettings(base.resolve("/pay"), Optional.of(key), timeout))
                            : new StripeGateway(new StripeSettings(base, key, timeout));
                    Card card = Cards.of(number)) {
                Charge charge = new Charge("p", Charge.Method.CHARGE, 1, Currency.getInstance("EUR"), "", "k");
                assertThat(gateway.take(card, charge)).isInstanceOf(Outcome.Approved.class);
            }
            assertThat(DigitSearch.inHeap(directory, NUMBER)).isEmpty();
        }
    }
}
