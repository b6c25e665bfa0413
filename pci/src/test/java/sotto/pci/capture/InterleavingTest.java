package sotto.pci.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.pci.card.Card;
import sotto.pci.card.CardDigits;
import sotto.pci.psp.Charge;
import sotto.pci.psp.Outcome;

/**
 * Each order in which threads can come to a session: what they do takes turns there, so every race is one of these.
 *
 * <p>The thread that owns the mask closes the session once it is over; at once here, or after all the others.
 */
final class InterleavingTest {
    /** What threads do. */
    private enum Step {
        START,
        KEYS,
        SUBMIT,
        CANCEL,
        HAND_BACK,
        HANG_UP,
        PROCESS_ENDS,
        DEADLINE,
        UNKNOWN,
        APPROVED
    }

    @ParameterizedTest
    @CsvSource({
        "START KEYS SUBMIT HANG_UP DEADLINE UNKNOWN APPROVED,      true",
        "START KEYS SUBMIT HANG_UP DEADLINE UNKNOWN APPROVED,      false",
        "START KEYS SUBMIT PROCESS_ENDS CANCEL HAND_BACK APPROVED, true",
        "START KEYS SUBMIT PROCESS_ENDS CANCEL HAND_BACK APPROVED, false",
        "START KEYS CANCEL HANG_UP PROCESS_ENDS DEADLINE,          true",
    })
    void whatIsOverStaysOverAndWiped(String names, boolean closeAtOnce) {
        List<Step> steps = new ArrayList<>();
        for (String name : names.split(" ")) {
            steps.add(Step.valueOf(name));
        }
        assertThat(permute(steps, 0, closeAtOnce)).isGreaterThan(700);
    }

    /** Heap's way would save copies; this one can be read. */
    private static int permute(List<Step> steps, int from, boolean closeAtOnce) {
        if (from == steps.size()) {
            new Run(closeAtOnce).all(steps);
            return 1;
        }
        int runs = 0;
        for (int i = from; i < steps.size(); i++) {
            List<Step> swapped = new ArrayList<>(steps);
            swapped.set(from, steps.get(i));
            swapped.set(i, steps.get(from));
            runs += permute(swapped, from + 1, closeAtOnce);
        }
        return runs;
    }

    private static final class Run implements PaymentSession.Gatekeeper {
        private static final PaymentSettings SETTINGS =
                new PaymentSettings(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(600), 3);

        private final HandClock clock = new HandClock();
        private final Map<PaymentState, Integer> counted = new EnumMap<>(PaymentState.class);
        private final PaymentSession session;
        private final boolean closeAtOnce;
        private @Nullable Charge sent;
        private boolean answered;
        private boolean closed;

        Run(boolean closeAtOnce) {
            this.closeAtOnce = closeAtOnce;
            PaymentRequest request = new PaymentRequest(
                    Optional.of("1"),
                    "EUR",
                    Charge.Method.CHARGE,
                    List.of(Field.PAYMENT_CARD_NUMBER),
                    Optional.empty(),
                    "",
                    Optional.empty(),
                    false);
            try {
                session = new PaymentSession(
                        new PaymentSession.Setting("pay_1", "main", SETTINGS, clock, this),
                        "call-1",
                        Order.check(request),
                        List.of("agent-leg"));
            } catch (PaymentRefused e) {
                throw new IllegalStateException(e);
            }
        }

        void all(List<Step> steps) {
            for (Step step : steps) {
                boolean wasOver = session.isOver();
                PaymentState before = session.view().state();
                take(step);
                if (wasOver) {
                    assertThat(session.view().state())
                            .as("%s after it was over", steps)
                            .isEqualTo(before);
                }
                assertThat(CardDigits.live() > 0)
                        .as(
                                "digits after %s of %s in %s",
                                step, steps, session.view().state())
                        .isEqualTo(holdsDigits(session.view()));
                if (closeAtOnce) {
                    closeOnceOver();
                }
            }
            take(Step.APPROVED); // whatever is at the gateway is answered some time
            take(Step.HANG_UP);
            assertThat(session.isOver()).as("over after %s", steps).isTrue();
            closeOnceOver();
            assertThat(session.view().state()).as("%s", steps).isEqualTo(PaymentState.CLOSED);
            assertThat(CardDigits.live()).as("digits after %s", steps).isZero();
            counted.remove(PaymentState.UNKNOWN);
            assertThat(counted).as("counted once after %s", steps).hasSize(1).containsValue(1);
            assertThat(session.view().outcome())
                    .as("%s", steps)
                    .isEqualTo(counted.keySet().stream().findFirst());
        }

        /** From the first key until an answer or an end; and untouched while the gateway reads them. */
        private boolean holdsDigits(PaymentView view) {
            return view.state() == PaymentState.READY || (sent != null && !answered);
        }

        private void take(Step step) {
            switch (step) {
                case START -> session.start();
                case KEYS -> {
                    for (char digit : "4242424242424242".toCharArray()) {
                        session.key(digit - '0');
                    }
                }
                case SUBMIT -> apply(Verb.SUBMIT);
                case CANCEL -> apply(Verb.CANCEL);
                case HAND_BACK -> apply(Verb.HAND_BACK);
                case HANG_UP -> session.callEnded();
                case PROCESS_ENDS -> session.cancel();
                case DEADLINE -> {
                    clock.advance(Duration.ofSeconds(601));
                    session.tick();
                }
                case UNKNOWN -> {
                    if (!answered) { // look-ups tell the session what they learn, not that they learned nothing
                        answer(new Outcome.Unknown("no answer"));
                    }
                }
                case APPROVED -> answer(new Outcome.Approved("ch_1"));
            }
        }

        private void answer(Outcome outcome) {
            if (sent != null && !counted.containsKey(PaymentState.CAPTURED)) {
                answered = true;
                session.answered(sent, outcome);
            }
        }

        private void apply(Verb verb) {
            try {
                session.apply(verb, Optional.empty());
            } catch (PaymentRefused e) {
                assertThat(e.reason()).isEqualTo(PaymentRefused.Reason.VERB_NOT_ALLOWED);
            }
        }

        private void closeOnceOver() {
            if (session.isOver() && !closed) {
                closed = true;
                session.closed();
            }
        }

        @Override
        public void submit(PaymentSession of, Card card, Charge charge) {
            sent = charge;
        }

        @Override
        public boolean record(PaymentView view, OptionalInt lastFour) {
            return true;
        }

        @Override
        public void count(PaymentState result) {
            counted.merge(result, 1, Integer::sum);
        }
    }
}
