package sotto.pci.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import sotto.pci.card.Card;
import sotto.pci.psp.Charge;
import sotto.pci.psp.Outcome;

/** An answer about a card that was given up says nothing about the next one, which may have been charged. */
final class StaleAnswerTest implements PaymentSession.Gatekeeper {
    private final List<Charge> sent = new ArrayList<>();

    @Test
    void aLateAnswerDoesNotResolveAnotherDoubt() throws Exception {
        PaymentSession session = session();
        session.start();
        submit(session);
        session.answered(sent.getFirst(), new Outcome.Unknown("silence"));
        session.answered(sent.getFirst(), new Outcome.Declined("card_declined", "no"));
        session.apply(Verb.RETRY, Optional.empty());
        submit(session);
        session.answered(sent.getLast(), new Outcome.Unknown("silence"));

        session.answered(sent.getFirst(), new Outcome.Declined("card_declined", "no")); // asked for twice
        assertThat(session.view().state()).isEqualTo(PaymentState.UNKNOWN);
        assertThat(session.view().allowed()).as("no third charge").containsExactly(Verb.HAND_BACK);
        session.answered(sent.getLast(), new Outcome.Approved("ch_2"));
        assertThat(session.view().state()).isEqualTo(PaymentState.CAPTURED);
        session.callEnded();
        session.closed();
    }

    private static void submit(PaymentSession session) throws PaymentRefused {
        "4242424242424242".chars().forEach(digit -> session.key(digit - '0'));
        session.apply(Verb.SUBMIT, Optional.empty());
    }

    private PaymentSession session() throws PaymentRefused {
        PaymentRequest request = new PaymentRequest(
                Optional.of("1"),
                "EUR",
                Charge.Method.CHARGE,
                List.of(Field.PAYMENT_CARD_NUMBER),
                Optional.empty(),
                "",
                Optional.empty(),
                false);
        PaymentSettings settings =
                new PaymentSettings(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(600), 3);
        return new PaymentSession(
                new PaymentSession.Setting("pay_1", "main", settings, new HandClock(), this),
                "call-1",
                Order.check(request),
                List.of("agent-leg"));
    }

    @Override
    public void submit(PaymentSession session, Card card, Charge charge) {
        sent.add(charge);
    }

    @Override
    public boolean record(PaymentView view, OptionalInt lastFour) {
        return true;
    }

    @Override
    public void count(PaymentState result) {
        assertThat(result).isNotEqualTo(PaymentState.FAILED);
    }
}
