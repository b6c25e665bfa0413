package sotto.pci.capture;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.pci.capture.PaymentRefused.Reason;
import sotto.pci.card.Card;
import sotto.pci.psp.Charge;
import sotto.pci.psp.Outcome;

/**
 * One payment: its fields, its deadlines, its card. Thread-safe: keys, verbs and the gateway's answer come on threads of
 * their own and take turns.
 *
 * <pre>
 *  state         verbs                                             and by itself
 *  CAPTURING     capture reset-field reset-all cancel extend       last field right: READY
 *  FIELD_OK      the same                                          next field: CAPTURING
 *  FIELD_ERROR   the same                                          key: CAPTURING; no tries left: FAILED
 *  READY         the same, submit
 *  SUBMITTING    none                                              answer: CAPTURED AUTHORISED TOKENISED
 *                                                                  DECLINED UNKNOWN FAILED
 *  CAPTURED AUTHORISED TOKENISED UNKNOWN   hand-back
 *  DECLINED FAILED                         retry hand-back
 *  HANDED_BACK CANCELLED CALLER_HUNG_UP    none                    mask off: CLOSED
 * </pre>
 *
 * <p>The caller hanging up ends every state but SUBMITTING, whose answer is waited for. The card is wiped at the answer,
 * and on every way to CLOSED.
 */
final class PaymentSession {
    private static final Logger LOG = LoggerFactory.getLogger(PaymentSession.class);

    /** What a session does to the world. */
    interface Gatekeeper {
        /** Sends the payment; the answer comes by {@link #answered} on another thread. */
        void submit(PaymentSession session, Card card, Charge charge);

        /** Writes a transition down; false where that failed. */
        boolean record(PaymentView view, OptionalInt lastFour);
    }

    private final String id;
    private final String callId;
    private final Order order;
    private final String connector;
    private final PaymentSettings settings;
    private final Clock clock;
    private final Gatekeeper gatekeeper;
    private final CardForm form;
    private final Followers followers = new Followers();
    private final List<String> sinks;
    private final Instant createdAt;

    private PaymentState state = PaymentState.ARMED;
    private @Nullable FieldCapture capturing;
    private @Nullable PaymentState outcome;
    private @Nullable String reference;
    private @Nullable String errorCode;
    private @Nullable String errorMessage;
    private boolean callOver;
    private int submission = 1;
    private long sequence;
    private Instant interDigitDeadline = Instant.MAX;
    private Instant fieldDeadline = Instant.MAX;
    private Instant sessionDeadline;

    PaymentSession(Setting setting, String callId, Order order, List<String> sinks) {
        this.id = setting.id();
        this.callId = callId;
        this.order = order;
        this.connector = setting.connector();
        this.settings = setting.settings();
        this.clock = setting.clock();
        this.gatekeeper = setting.gatekeeper();
        this.sinks = List.copyOf(sinks);
        this.createdAt = clock.instant();
        this.sessionDeadline = createdAt.plus(settings.session());
        this.form = new CardForm(order.request().fields());
    }

    /** Where a session lives. */
    record Setting(String id, String connector, PaymentSettings settings, Clock clock, Gatekeeper gatekeeper) {}

    String id() {
        return id;
    }

    String callId() {
        return callId;
    }

    synchronized void start() {
        enter(PaymentState.ARMED);
        capture(form.first());
    }

    /** A key press of the caller. */
    synchronized void key(int key) {
        FieldCapture field = capturing;
        if (field == null) {
            return; // swallowed: the mask is on, nobody asked
        }
        interDigitDeadline = clock.instant().plus(settings.interDigit());
        if (key == KeySource.Keys.STAR) {
            field.clear();
            enter(PaymentState.CAPTURING);
        } else if (key == KeySource.Keys.HASH) {
            finish(field);
        } else if (key >= 0 && key <= 9) {
            boolean whole = field.press(key, form.brand());
            enter(PaymentState.CAPTURING);
            if (whole) {
                finish(field);
            }
        }
    }

    /** Looks at the deadlines. */
    synchronized void tick() {
        Instant now = clock.instant();
        FieldCapture field = capturing;
        if (now.isAfter(sessionDeadline) && state != PaymentState.SUBMITTING && !isOver()) {
            if (outcome == null) { // an answer of the gateway stays what it is
                fail("session-timeout", "the payment was left alone for too long");
            }
            end(outcome == null ? PaymentState.FAILED : PaymentState.HANDED_BACK);
        } else if (field != null && now.isAfter(fieldDeadline)) {
            failField(field, "input-timeout");
        } else if (field != null && field.digits().count() > 0 && now.isAfter(interDigitDeadline)) {
            finish(field);
        }
    }

    /** Does a verb. */
    synchronized PaymentView apply(Verb verb, Optional<Field> name) throws PaymentRefused {
        if (!allowed().contains(verb)) {
            throw new PaymentRefused(
                    Reason.VERB_NOT_ALLOWED,
                    "a payment that is " + state + " takes " + (allowed().isEmpty() ? "no verb" : allowed()) + ", not "
                            + verb);
        }
        switch (verb) {
            case CAPTURE, RESET_FIELD -> {
                FieldCapture field = field(name);
                field.restart();
                capture(field);
            }
            case RESET_ALL -> restart();
            case SUBMIT -> submit();
            case CANCEL -> end(PaymentState.CANCELLED);
            case HAND_BACK -> end(PaymentState.HANDED_BACK);
            case EXTEND -> {
                sessionDeadline = clock.instant().plus(settings.session());
                publish();
            }
            case RETRY -> {
                submission++;
                outcome = null;
                fail(null, null);
                restart();
            }
            case CONFIRM -> throw new IllegalStateException("never allowed");
        }
        return view();
    }

    private void restart() {
        form.restart();
        capture(form.first());
    }

    private void submit() {
        capturing = null;
        state = PaymentState.SUBMITTING;
        sequence++;
        if (!gatekeeper.record(view(), form.lastFour())) { // what was not written down is not sent
            fail("journal-unavailable", "the payment was not sent, for it could not be recorded");
            form.wipe();
            enter(PaymentState.FAILED);
            return;
        }
        followers.tell(view());
        String key = order.request().idempotencyKey().orElse(id) + (submission == 1 ? "" : "-" + submission);
        gatekeeper.submit(this, form.card(), charge(key));
    }

    Charge charge(String idempotencyKey) {
        return new Charge(
                submission == 1 ? id : id + "-" + submission,
                order.request().method(),
                order.amountMinor(),
                order.currency(),
                order.request().description(),
                idempotencyKey);
    }

    /** The gateway's answer, the first or one of a later look-up. */
    synchronized void answered(Outcome answer) {
        form.wipe();
        fail(null, null);
        PaymentState reached =
                switch (answer) {
                    case Outcome.Approved(String approved) -> {
                        reference = approved;
                        yield switch (order.request().method()) {
                            case CHARGE -> PaymentState.CAPTURED;
                            case AUTHORIZE -> PaymentState.AUTHORISED;
                            case TOKENIZE -> PaymentState.TOKENISED;
                        };
                    }
                    case Outcome.Declined(String code, String message) -> {
                        fail(code, message);
                        yield PaymentState.DECLINED;
                    }
                    case Outcome.NotSent(String reason) -> {
                        fail("gateway-unreachable", reason);
                        yield PaymentState.FAILED;
                    }
                    case Outcome.Unknown(String reason) -> {
                        fail("gateway-no-answer", reason);
                        yield PaymentState.UNKNOWN;
                    }
                };
        outcome = reached;
        if (state == PaymentState.SUBMITTING || state == PaymentState.UNKNOWN) {
            enter(reached);
            if (callOver) {
                end(PaymentState.HANDED_BACK);
            }
        } else {
            publish(); // handed back meanwhile: the result is there for who asks
        }
    }

    /** The caller is gone. */
    synchronized void callEnded() {
        callOver = true;
        if (outcome != null) {
            endUnlessOver(PaymentState.HANDED_BACK);
        } else if (state != PaymentState.SUBMITTING) {
            endUnlessOver(PaymentState.CALLER_HUNG_UP);
        }
    }

    private void endUnlessOver(PaymentState last) {
        if (!isOver()) {
            end(last);
        }
    }

    /** The process ends. */
    synchronized void cancel() {
        if (state != PaymentState.SUBMITTING) {
            endUnlessOver(outcome == null ? PaymentState.CANCELLED : PaymentState.HANDED_BACK);
        }
    }

    /** The mask is off: the caller is heard again. */
    synchronized void closed() {
        form.close();
        state = PaymentState.CLOSED;
        publish();
        followers.clear();
    }

    /** True once nothing but closing is left. */
    synchronized boolean isOver() {
        return switch (state) {
            case HANDED_BACK, CANCELLED, CALLER_HUNG_UP, CLOSED, ARM_FAILED -> true;
            case FAILED -> "session-timeout".equals(errorCode);
            default -> false;
        };
    }

    /** Waits a while for that. */
    synchronized void awaitOver(Duration atMost) throws InterruptedException {
        long endNs = System.nanoTime() + atMost.toNanos();
        while (!isOver() && System.nanoTime() < endNs) {
            wait(atMost.toMillis());
        }
    }

    /** True where this request on this call is the one that made this session. */
    boolean isFor(String call, PaymentRequest request) {
        return callId.equals(call) && order.request().equals(request);
    }

    synchronized boolean isUnknown() {
        return outcome == PaymentState.UNKNOWN;
    }

    private void capture(FieldCapture field) {
        capturing = field;
        fieldDeadline = clock.instant().plus(settings.field());
        interDigitDeadline = Instant.MAX;
        enter(PaymentState.CAPTURING);
    }

    private void finish(FieldCapture field) {
        Optional<String> error = field.finish(form.brand(), clock);
        if (error.isPresent()) {
            failField(field, error.get());
            return;
        }
        if (field.field() == Field.PAYMENT_CARD_NUMBER) {
            form.noteLastFour();
        }
        capturing = null;
        enter(PaymentState.FIELD_OK);
        form.next().ifPresentOrElse(this::capture, () -> enter(PaymentState.READY));
    }

    private void failField(FieldCapture field, String kind) {
        field.fail(kind);
        if (field.attempt() > settings.attempts()) {
            capturing = null;
            fail(kind, "the caller used up " + settings.attempts() + " tries");
            form.wipe();
            outcome = PaymentState.FAILED;
            enter(PaymentState.FAILED);
            return;
        }
        fieldDeadline = clock.instant().plus(settings.field());
        interDigitDeadline = Instant.MAX;
        enter(PaymentState.FIELD_ERROR);
    }

    private void fail(@Nullable String code, @Nullable String message) {
        errorCode = code;
        errorMessage = message;
    }

    private void end(PaymentState last) {
        capturing = null;
        form.wipe();
        outcome = outcome == null ? last : outcome;
        enter(last);
    }

    private void enter(PaymentState next) {
        state = next;
        notifyAll();
        publish();
    }

    private void publish() {
        sequence++;
        PaymentView view = view();
        if (state != PaymentState.CAPTURING && !gatekeeper.record(view, form.lastFour())) {
            LOG.warn("payment {} is {} but that could not be recorded; the payment goes on", id, state);
        }
        followers.tell(view);
    }

    synchronized AutoCloseable subscribe(Consumer<PaymentView> listener) {
        listener.accept(view());
        return followers.add(listener);
    }

    private FieldCapture field(Optional<Field> name) throws PaymentRefused {
        return (name.isPresent() ? form.field(name.get()) : Optional.ofNullable(capturing))
                .orElseThrow(() -> new PaymentRefused(
                        Reason.INVALID_FIELDS, "name one of the fields that this payment was started with"));
    }

    private Set<Verb> allowed() {
        return isOver() ? Set.of() : state.verbs();
    }

    synchronized PaymentView view() {
        return new PaymentView(
                id,
                callId,
                state,
                order.request().method().name().toLowerCase(java.util.Locale.ROOT),
                order.request().amount().orElse(""),
                order.currency().getCurrencyCode(),
                connector,
                Optional.ofNullable(outcome),
                Optional.ofNullable(capturing).map(FieldCapture::field),
                form.views(),
                sinks,
                Optional.ofNullable(reference),
                Optional.ofNullable(errorCode),
                Optional.ofNullable(errorMessage),
                allowed(),
                createdAt,
                sequence);
    }
}
