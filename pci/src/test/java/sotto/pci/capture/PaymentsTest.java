package sotto.pci.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import sotto.pci.Payments;
import sotto.pci.audit.PaymentJournal;
import sotto.pci.card.CardDigits;
import sotto.pci.psp.Charge;
import sotto.pci.psp.Gateway;
import sotto.pci.psp.RawPeer;
import sotto.pci.psp.connector.ConnectorGateway;
import sotto.pci.psp.connector.ConnectorSettings;

/** Payments from key press to answer: keys by the test, a gateway over HTTP, the journal on disk. */
final class PaymentsTest {
    private static final String CALL = "call-1";
    private static final String NUMBER = "4242424242424242";
    private static final Field[] ALL = {Field.PAYMENT_CARD_NUMBER, Field.EXPIRATION_DATE, Field.SECURITY_CODE};
    private static final String APPROVED = http("200 OK", "{\"charge_id\":\"ch_1\"}");
    private static final String BROKEN = http("500 Internal Server Error", "{}");

    @TempDir
    private Path directory;

    private final KeyedCalls calls = new KeyedCalls();
    private final HandClock clock = new HandClock();
    private final RawPeer gateway = RawPeer.answering(APPROVED);
    private PaymentJournal journal;
    private Payments payments;

    @BeforeEach
    void open() {
        journal = PaymentJournal.open(directory.resolve("journal"));
        Map<String, Gateway> gateways = new LinkedHashMap<>();
        gateways.put("main", connector());
        gateways.put("other", connector());
        PaymentSettings settings =
                new PaymentSettings(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(600), 3);
        payments = new Payments(calls, gateways, settings, journal, clock);
    }

    private ConnectorGateway connector() {
        return new ConnectorGateway(new ConnectorSettings(
                gateway.uri("http://127.0.0.1", "/pay"), Optional.empty(), Duration.ofSeconds(10)));
    }

    @AfterEach
    void leavesNoDigit() {
        payments.close();
        gateway.close();
        assertThat(CardDigits.live()).as("fields that still hold a digit").isZero();
    }

    @Test
    void isNotClosedWhileAKeySoundsAndHoldsNeitherDigitsNorTheCall() throws Exception {
        calls.hold(CALL);
        PaymentView first = payments.start(CALL, order("1.00", ALL));
        calls.press(CALL, "4242");
        await(PaymentState.CAPTURING, first);
        payments.apply(first.id(), Verb.CANCEL, Optional.empty());
        until(() -> payments.inProgress() == 0);
        assertThat(view(first).state()).as("while the mask is on").isEqualTo(PaymentState.CANCELLED);
        assertThat(CardDigits.live()).isZero();

        PaymentView second = payments.start(CALL, order("2.00", ALL));
        payments.apply(second.id(), Verb.CANCEL, Optional.empty());
        assertThat(view(first).state()).isEqualTo(PaymentState.CANCELLED);
        calls.letGo(CALL);
        await(PaymentState.CLOSED, first);
        await(PaymentState.CLOSED, second);
    }

    @Test
    void takesACardAndChargesIt() throws Exception {
        List<PaymentView> seen = new CopyOnWriteArrayList<>();
        PaymentView started = payments.start(CALL, order("12.34", ALL));
        assertThat(started.sinks()).containsExactly("agent-leg", "tap");
        payments.subscribe(started.id(), seen::add);

        calls.press(CALL, NUMBER + "1234" + "987");
        await(PaymentState.READY, started);
        PaymentView ready = view(started);
        assertThat(ready.fields()).allMatch(PaymentView.FieldView::complete);
        assertThat(ready.fields().getFirst().lastFour()).hasValue(4242);
        assertThat(ready.fields().getLast().lastFour()).isEmpty();
        assertThat(CardDigits.live()).isEqualTo(3);

        payments.apply(started.id(), Verb.SUBMIT, Optional.empty());
        await(PaymentState.CAPTURED, started);
        assertThat(view(started).reference()).hasValue("ch_1");
        assertThat(CardDigits.live()).as("wiped at the answer").isZero();
        assertThat(calls.isMasked(CALL)).as("until hand-back").isTrue();
        calls.press(CALL, "55");

        payments.apply(started.id(), Verb.HAND_BACK, Optional.empty());
        await(PaymentState.CLOSED, started);
        assertThat(calls.isMasked(CALL)).isFalse();
        assertThat(view(started).outcome()).hasValue(PaymentState.CAPTURED);
        assertThat(payments.results()).containsEntry("captured", 1L);

        assertThat(gateway.requests()).singleElement().asString().contains("\"cardnumber\":\"" + NUMBER + "\"");
        assertThat(seen).extracting(PaymentView::sequence).isSorted().doesNotHaveDuplicates();
        String said =
                seen.toString().replace(started.id(), "").replaceAll("createdAt=[^,]+", ""); // both may have any digits
        assertThat(said).doesNotContain(NUMBER, "987", "1234");
        assertThat(seen)
                .filteredOn(v ->
                        v.state() == PaymentState.CAPTURING && v.capturing().equals(Optional.of(ALL[0])))
                .extracting(v -> v.fields().getFirst().digits())
                .contains(1, 15, 16);
        assertThat(journal.verify()).isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
        # keys,                     digits in, error,               attempt
        4242*55,                    2,         ,                    1
        4242424242424241#,          0,         invalid-card-number, 2
        #,                          0,         invalid-card-number, 2
        4242#5,                     1,         ,                    2
        4242*,                      0,         ,                    1
        """)
    void starClearsAndHashEnds(String keys, int digits, String error, int attempt) throws Exception {
        PaymentView started = payments.start(CALL, order("1", ALL));
        calls.press(CALL, keys);
        until(() -> {
            PaymentView.FieldView number = view(started).fields().getFirst();
            return number.digits() == digits
                    && number.attempt() == attempt
                    && number.error().equals(Optional.ofNullable(error));
        });
    }

    @Test
    void endsAFieldWhenTheCallerStopsAndFailsItWhenNothingComes() throws Exception {
        PaymentView started = payments.start(CALL, order("1", ALL));
        calls.press(CALL, "4222222222222"); // 13 digits: a Visa number, but of a length that could go on
        until(() -> view(started).fields().getFirst().digits() == 13);
        clock.advance(Duration.ofSeconds(6));
        until(() -> view(started).fields().getFirst().complete());

        for (int attempt = 1; attempt <= 3; attempt++) {
            until(() -> view(started).capturing().equals(Optional.of(Field.EXPIRATION_DATE)));
            int reached = attempt;
            until(() -> view(started).fields().get(1).attempt() == reached);
            clock.advance(Duration.ofSeconds(61));
            until(() -> view(started).fields().get(1).attempt() == reached + 1);
        }
        PaymentView failed = view(started);
        assertThat(failed.state()).isEqualTo(PaymentState.FAILED);
        assertThat(failed.errorCode()).hasValue("input-timeout");
        assertThat(CardDigits.live()).isZero();
    }

    @Test
    void oneCallHasOnePaymentAtATimeAndHarmsNoOther() throws Exception {
        PaymentView first = payments.start(CALL, order("1", "main", "", "key-1"));
        refused(CALL, order("2", ALL), PaymentRefused.Reason.PAYMENT_IN_PROGRESS);
        assertThat(payments.start(CALL, order("1", "main", "", "key-1")).id())
                .as("same key, same payment")
                .isEqualTo(first.id());
        refused(CALL, order("2", "main", "", "key-1"), PaymentRefused.Reason.IDEMPOTENCY_KEY_REUSED);
        refused("call-2", order("1", "main", "", "key-1"), PaymentRefused.Reason.IDEMPOTENCY_KEY_REUSED);
        calls.refuse("call-3");
        refused("call-3", order("1", ALL), PaymentRefused.Reason.ARM_FAILED);
        refused("call-3", order("1", "third", "", ""), PaymentRefused.Reason.UNKNOWN_CONNECTOR);

        PaymentView second = payments.start("call-2", order("1", ALL));
        calls.press("call-2", NUMBER);
        until(() -> view(second).fields().getFirst().complete());
        assertThat(view(first).fields().getFirst().digits()).isZero();
        payments.apply(first.id(), Verb.CANCEL, Optional.empty());
        await(PaymentState.CLOSED, first);
        assertThat(payments.start(CALL, order("2", ALL)).id()).isNotEqualTo(first.id());
        assertThat(payments.inProgress()).isEqualTo(2);
    }

    @Test
    void aDoubtfulPaymentIsLookedUpAndNeverSentAgain() throws Exception {
        gateway.answer(BROKEN);
        PaymentView started = ready();
        payments.apply(started.id(), Verb.SUBMIT, Optional.empty());
        await(PaymentState.UNKNOWN, started);
        assertThat(CardDigits.live()).isZero();
        refusedVerb(started, Verb.RETRY);
        refusedVerb(started, Verb.SUBMIT);
        gateway.answer(APPROVED);
        await(PaymentState.CAPTURED, started);
        assertThat(gateway.requests()).filteredOn(r -> r.startsWith("POST ")).hasSize(1);
        assertThat(gateway.requests()).filteredOn(r -> r.startsWith("GET ")).isNotEmpty();
    }

    @Test
    void aDeclinedCardMayBeFollowedByAnother() throws Exception {
        gateway.answer(http("402 Payment Required", "{\"error_code\":\"card_declined\",\"error_message\":\"no\"}"));
        PaymentView started = ready();
        payments.apply(started.id(), Verb.SUBMIT, Optional.empty());
        await(PaymentState.DECLINED, started);
        assertThat(view(started).errorCode()).hasValue("card_declined");

        gateway.answer(APPROVED);
        payments.apply(started.id(), Verb.RETRY, Optional.empty());
        calls.press(CALL, NUMBER + "1234" + "987");
        await(PaymentState.READY, started);
        payments.apply(started.id(), Verb.SUBMIT, Optional.empty());
        await(PaymentState.CAPTURED, started);
        assertThat(gateway.requests())
                .extracting(r ->
                        r.lines().filter(l -> l.startsWith("Idempotency-Key")).findFirst())
                .as("another try is another payment to the gateway")
                .doesNotHaveDuplicates();
    }

    @Test
    void aGatewayThatIsDownChargedNothing() throws Exception {
        PaymentView started = ready();
        gateway.close();
        payments.apply(started.id(), Verb.SUBMIT, Optional.empty());
        await(PaymentState.FAILED, started);
        assertThat(view(started).errorCode()).hasValue("gateway-unreachable");
        assertThat(view(started).allowed()).containsExactlyInAnyOrder(Verb.RETRY, Verb.HAND_BACK);
    }

    @Test
    void theCallerHangsUpWhileKeying() throws Exception {
        PaymentView started = payments.start(CALL, order("1", ALL));
        calls.press(CALL, "4242");
        until(() -> view(started).fields().getFirst().digits() == 4);
        calls.hangUp(CALL);
        await(PaymentState.CLOSED, started);
        assertThat(view(started).outcome()).hasValue(PaymentState.CALLER_HUNG_UP);
        assertThat(gateway.requests()).isEmpty();
    }

    @Test
    void anAnswerThatComesAfterTheCallerWentIsKept() throws Exception {
        PaymentView started = ready();
        payments.apply(started.id(), Verb.SUBMIT, Optional.empty());
        calls.hangUp(CALL);
        payments.callEnded(CALL);
        await(PaymentState.CLOSED, started);
        assertThat(view(started).outcome()).hasValue(PaymentState.CAPTURED);
        assertThat(gateway.requests()).hasSize(1);
    }

    @Test
    void nobodyHandsBack() throws Exception {
        PaymentView started = ready();
        payments.apply(started.id(), Verb.SUBMIT, Optional.empty());
        await(PaymentState.CAPTURED, started);
        clock.advance(Duration.ofSeconds(601));
        await(PaymentState.CLOSED, started);
        assertThat(calls.isMasked(CALL)).isFalse();
        assertThat(view(started).outcome()).hasValue(PaymentState.CAPTURED);
        assertThat(view(started).errorCode()).as("the charge went through").isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = PaymentState.class,
            names = {"CAPTURING", "READY", "CAPTURED", "CLOSED"})
    void takesNoVerbButThoseItNames(PaymentState state) throws Exception {
        PaymentView started = payments.start(CALL, order("1", ALL));
        if (state != PaymentState.CAPTURING) {
            calls.press(CALL, NUMBER + "1234" + "987");
            await(PaymentState.READY, started);
        }
        if (state == PaymentState.CAPTURED || state == PaymentState.CLOSED) {
            payments.apply(started.id(), Verb.SUBMIT, Optional.empty());
            await(PaymentState.CAPTURED, started);
        }
        if (state == PaymentState.CLOSED) {
            payments.apply(started.id(), Verb.HAND_BACK, Optional.empty());
        }
        await(state, started);
        for (Verb verb : EnumSet.complementOf(enumSet(view(started)))) {
            refusedVerb(started, verb);
        }
        assertThat(view(started).state()).isEqualTo(state);
    }

    @Test
    void resetsOneFieldOrAll() throws Exception {
        PaymentView started = ready();
        payments.apply(started.id(), Verb.RESET_FIELD, Optional.of(Field.EXPIRATION_DATE));
        calls.press(CALL, "0130");
        await(PaymentState.READY, started);
        payments.apply(started.id(), Verb.RESET_ALL, Optional.empty());
        assertThat(view(started).fields()).allMatch(field -> field.digits() == 0 && !field.complete());
        assertThat(view(started).capturing()).hasValue(Field.PAYMENT_CARD_NUMBER);
        refusedVerb(started, Verb.SUBMIT);
        assertThatThrownBy(() -> payments.apply(started.id(), Verb.CAPTURE, Optional.of(Field.POSTAL_CODE)))
                .isInstanceOfSatisfying(PaymentRefused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(PaymentRefused.Reason.INVALID_FIELDS));
    }

    private PaymentView ready() throws Exception {
        PaymentView started = payments.start(CALL, order("12.34", ALL));
        calls.press(CALL, NUMBER + "1234" + "987");
        await(PaymentState.READY, started);
        return started;
    }

    private void refused(String call, PaymentRequest request, PaymentRefused.Reason reason) {
        assertThatThrownBy(() -> payments.start(call, request))
                .isInstanceOfSatisfying(PaymentRefused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(reason))
                .message()
                .doesNotContain("4242");
    }

    private void refusedVerb(PaymentView payment, Verb verb) {
        assertThatThrownBy(() -> payments.apply(payment.id(), verb, Optional.empty()))
                .as(verb.name())
                .isInstanceOfSatisfying(PaymentRefused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(PaymentRefused.Reason.VERB_NOT_ALLOWED));
    }

    private PaymentView view(PaymentView payment) {
        return payments.find(payment.id()).orElseThrow();
    }

    private void await(PaymentState state, PaymentView payment) throws IOException {
        until(() -> view(payment).state() == state);
    }

    private static void until(BooleanSupplier condition) {
        long endNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("not within 20 s").isLessThan(endNs);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static EnumSet<Verb> enumSet(PaymentView view) {
        EnumSet<Verb> verbs = EnumSet.noneOf(Verb.class);
        verbs.addAll(view.allowed());
        return verbs;
    }

    private static PaymentRequest order(String amount, Field... fields) {
        return new PaymentRequest(
                Optional.of(amount),
                "EUR",
                Charge.Method.CHARGE,
                new ArrayList<>(List.of(fields)),
                Optional.empty(),
                "",
                Optional.empty(),
                false);
    }

    private static PaymentRequest order(String amount, String connector, String description, String idempotencyKey) {
        return new PaymentRequest(
                Optional.of(amount),
                "EUR",
                Charge.Method.CHARGE,
                List.of(ALL),
                Optional.of(connector),
                description,
                idempotencyKey.isEmpty() ? Optional.empty() : Optional.of(idempotencyKey),
                false);
    }

    private static String http(String status, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }
}
