package sotto.pci.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.pci.Payments;
import sotto.pci.audit.PaymentJournal;
import sotto.pci.card.CardDigits;
import sotto.pci.psp.Charge;
import sotto.pci.psp.Outcome;

/** How payments end when calls, gateways and the process do as they like: wiped, counted, and the mask let go once. */
final class PaymentEndsTest implements KeySource {
    private static final String CALL = "call-1";
    private static final String NUMBER = "4242424242424242";

    @TempDir
    private Path directory;

    private final KeyedCalls calls = new KeyedCalls();
    private final HandGateway gateway = new HandGateway();
    private final AtomicInteger armed = new AtomicInteger();
    private final AtomicInteger letGo = new AtomicInteger();
    private final List<PaymentView> over = new CopyOnWriteArrayList<>();
    private Runnable whileArming = () -> {};
    private Runnable beforeKey = () -> {};
    private boolean tellingFails;
    private Payments payments;

    @BeforeEach
    void open() {
        PaymentSettings settings =
                new PaymentSettings(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(600), 3);
        payments = new Payments(this, Map.of("main", gateway), settings, PaymentJournal.open(directory));
    }

    @AfterEach
    void leavesNothing() {
        payments.close();
        assertThat(CardDigits.live()).as("fields that still hold a digit").isZero();
        assertThat(letGo).as("masks let go, of those armed").hasValue(armed.get());
        assertThat(over.stream().map(PaymentView::id)).as("told of once each").doesNotHaveDuplicates();
        assertThat(over).as("captures told of, of those armed").hasSize(armed.get());
    }

    @Test
    void aCallThatEndsWhileItIsArmedHasAPaymentThatEndsToo() throws Exception {
        whileArming = () -> {
            payments.callEnded(CALL); // nobody knows the payment yet
            calls.hangUp(CALL);
        };
        PaymentView started = payments.start(CALL, order());
        until(() -> view(started).state() == PaymentState.CLOSED);
        assertThat(view(started).outcome()).hasValue(PaymentState.CALLER_HUNG_UP);
        assertThat(payments.inProgress()).isZero();
        assertThat(payments.results()).isEqualTo(Map.of("caller-hung-up", 1L));
    }

    @Test
    void callsThatEndAnyTimeLeaveNoPaymentBehind() throws Exception {
        for (int i = 0; i < 200; i++) {
            String call = "call-" + i;
            CountDownLatch isArmed = new CountDownLatch(1);
            whileArming = isArmed::countDown;
            CompletableFuture<Void> end = CompletableFuture.runAsync(() -> {
                try {
                    isArmed.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                payments.callEnded(call);
                calls.hangUp(call);
            });
            PaymentView started = payments.start(call, order());
            end.join();
            until(() -> view(started).state() == PaymentState.CLOSED);
        }
        until(() -> payments.inProgress() == 0);
        assertThat(payments.results()).isEqualTo(Map.of("caller-hung-up", 200L));
    }

    @Test
    void theEndOfTheProcessKeepsTheAnswer() throws Exception {
        PaymentView started = submitted();
        Thread end = Thread.ofPlatform().start(payments::close);
        until(() -> end.getState() == Thread.State.TIMED_WAITING); // for the gateway
        gateway.answer(() -> new Outcome.Approved("ch_1"));
        end.join(Duration.ofSeconds(20)); // and not half a minute later: it is over with the answer
        assertThat(view(started).state()).isEqualTo(PaymentState.CLOSED);
        assertThat(view(started).outcome()).hasValue(PaymentState.CAPTURED);
        assertThat(gateway.digitsAtAnswer()).isEqualTo(16);
    }

    @Test
    void keysThatBreakDoNotWipeWhatTheGatewayReads() throws Exception {
        PaymentView started = submitted();
        beforeKey = () -> {
            throw new IllegalStateException("no audio");
        };
        until(() -> !calls.isMasked(CALL));
        gateway.answer(() -> new Outcome.Approved("ch_1"));
        until(() -> view(started).state() == PaymentState.CLOSED);
        assertThat(view(started).outcome()).hasValue(PaymentState.CAPTURED);
        assertThat(gateway.digitsAtAnswer()).isEqualTo(16);
        assertThat(payments.results()).isEqualTo(Map.of("captured", 1L));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAdapterThatFailsLeavesADoubtAndNothingElse(boolean isError) throws Exception {
        PaymentView started = submitted();
        gateway.answer(failing(isError));
        until(() -> view(started).state() == PaymentState.UNKNOWN);
        assertThat(payments.results()).as("at once, not when it is over").isEqualTo(Map.of("unknown", 1L));
        assertThat(payments.doubtful()).isEqualTo(1);
        gateway.lookUp(failing(isError));
        gateway.lookUp(() -> new Outcome.Declined("card_declined", "no"));
        until(() -> view(started).state() == PaymentState.DECLINED);
        assertThat(payments.results()).isEqualTo(Map.of("unknown", 1L, "resolved", 1L, "declined", 1L));
        until(() -> payments.doubtful() == 0);
    }

    private static Supplier<Outcome> failing(boolean isError) {
        return () -> {
            if (isError) {
                throw new NoClassDefFoundError("of the adapter");
            }
            throw new IllegalStateException("of the adapter");
        };
    }

    @Test
    void aDoubtThatNobodyResolvesIsCountedWhenTheProcessEnds() throws Exception {
        PaymentView started = submitted();
        gateway.answer(() -> new Outcome.Unknown("silence"));
        until(() -> view(started).state() == PaymentState.UNKNOWN);
        payments.close();
        assertThat(payments.results()).isEqualTo(Map.of("unknown", 1L, "unresolved", 1L));
        assertThat(payments.doubtful()).isZero();
        assertThat(view(started).outcome()).hasValue(PaymentState.UNKNOWN);
    }

    @Test
    void eachCardIsCounted() throws Exception {
        PaymentView started = submitted();
        gateway.answer(() -> new Outcome.Declined("card_declined", "no"));
        until(() -> view(started).state() == PaymentState.DECLINED);
        payments.apply(started.id(), Verb.RETRY, Optional.empty());
        assertThat(payments.results()).isEqualTo(Map.of("declined", 1L));
        calls.press(CALL, NUMBER);
        until(() -> view(started).state() == PaymentState.READY);
        payments.apply(started.id(), Verb.SUBMIT, Optional.empty());
        gateway.answer(() -> new Outcome.Approved("ch_2"));
        until(() -> view(started).state() == PaymentState.CAPTURED);
        payments.apply(started.id(), Verb.HAND_BACK, Optional.empty());
        until(() -> view(started).state() == PaymentState.CLOSED);
        assertThat(payments.results()).isEqualTo(Map.of("declined", 1L, "captured", 1L));
    }

    @Test
    void onlySinksCountAsFailedToArm() {
        calls.refuse("deaf");
        assertThatThrownBy(() -> payments.start("deaf", order()))
                .isInstanceOfSatisfying(PaymentRefused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(PaymentRefused.Reason.ARM_FAILED));
        calls.endBefore("over");
        assertThatThrownBy(() -> payments.start("over", order()))
                .isInstanceOfSatisfying(PaymentRefused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(PaymentRefused.Reason.CALL_NOT_ANSWERED));
        assertThat(payments.results()).isEqualTo(Map.of("arm-failed", 1L));
    }

    /** Whoever sees that a payment is CLOSED finds that it was told of, and a listener that fails keeps none open. */
    @ParameterizedTest
    @CsvSource({
        "CANCEL, CANCELLED, false",
        "CANCEL, CANCELLED, true",
        "SUBMIT, CAPTURED, false",
        "CALL_OVER, CALLER_HUNG_UP, false",
        "PROCESS_OVER, CANCELLED, false"
    })
    void eachCaptureIsToldOfWithItsOutcome(String how, PaymentState outcome, boolean fails) throws Exception {
        tellingFails = fails;
        PaymentView started = how.equals("SUBMIT") ? submitted() : payments.start(CALL, order());
        switch (how) {
            case "CANCEL" -> payments.apply(started.id(), Verb.CANCEL, Optional.empty());
            case "CALL_OVER" -> payments.callEnded(CALL);
            case "PROCESS_OVER" -> payments.close();
            default -> {
                gateway.answer(() -> new Outcome.Approved("ch_1"));
                until(() -> view(started).state() == PaymentState.CAPTURED);
                assertThat(over).as("while it is masked").isEmpty();
                payments.apply(started.id(), Verb.HAND_BACK, Optional.empty());
            }
        }
        until(() -> view(started).state() == PaymentState.CLOSED);
        assertThat(over).singleElement().satisfies(told -> {
            assertThat(told.id()).isEqualTo(started.id());
            assertThat(told.outcome()).hasValue(outcome);
            assertThat(told.state())
                    .as("before anybody is told that it is over")
                    .isNotEqualTo(PaymentState.CLOSED);
        });
    }

    private PaymentView submitted() throws Exception {
        PaymentView started = payments.start(CALL, order());
        calls.press(CALL, NUMBER);
        until(() -> view(started).state() == PaymentState.READY);
        payments.apply(started.id(), Verb.SUBMIT, Optional.empty());
        gateway.awaitAsked();
        return started;
    }

    private PaymentView view(PaymentView payment) {
        return payments.find(payment.id()).orElseThrow();
    }

    private static PaymentRequest order() {
        return new PaymentRequest(
                Optional.of("1"),
                "EUR",
                Charge.Method.CHARGE,
                List.of(Field.PAYMENT_CARD_NUMBER),
                Optional.empty(),
                "",
                Optional.empty(),
                false);
    }

    private static void until(BooleanSupplier condition) {
        long endNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("not within 20 s").isLessThan(endNs);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public Keys arm(String callId) throws ArmFailed, NotAnswered {
        Keys keys = calls.arm(callId);
        armed.incrementAndGet();
        whileArming.run();
        return new Keys() {
            @Override
            public int nextKey(Duration atMost) throws InterruptedException {
                beforeKey.run();
                return keys.nextKey(atMost);
            }

            @Override
            public List<String> sinks() {
                return keys.sinks();
            }

            @Override
            public boolean awaitSpeech(Duration atMost) throws InterruptedException {
                return keys.awaitSpeech(atMost);
            }

            @Override
            public void close() {
                letGo.incrementAndGet();
                keys.close();
            }

            @Override
            public void over(PaymentView payment) {
                over.add(payment);
                if (tellingFails) {
                    throw new IllegalStateException("of the evidence");
                }
            }
        };
    }
}
