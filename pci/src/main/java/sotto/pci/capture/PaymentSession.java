package sotto.pci.capture;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
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
 *  CREATED       none                                              ARMED, CAPTURING
 *  CAPTURING     capture reset-field reset-all cancel extend       last field right: READY
 *  FIELD_OK      the same                                          next field: CAPTURING
 *  FIELD_ERROR   the same                                          key: CAPTURING; no tries left: FAILED
 *  READY         the same, confirm submit (submit after confirm where the request says so)
 *  SUBMITTING    none                                              answer: CAPTURED AUTHORISED TOKENISED
 *                                                                  DECLINED UNKNOWN FAILED
 *  CAPTURED AUTHORISED TOKENISED UNKNOWN   hand-back
 *  DECLINED FAILED                         retry hand-back
 *  HANDED_BACK CANCELLED CALLER_HUNG_UP    none                    mask off: CLOSED
 * </pre>
 *
 * <p>The end of the call, or of the process, ends every state but SUBMITTING, whose answer is waited for. What is over
 * stays over: whoever comes late, be it the start itself, changes nothing. The card is wiped at the answer, and on every
 * way to CLOSED.
 */
final class PaymentSession {
    private static final Logger LOG = LoggerFactory.getLogger(PaymentSession.class);

    /** What a session does to the world. */
    interface Gatekeeper {
        /** Sends the payment; the answer comes by {@link #answered} on another thread. */
        void submit(PaymentSession session, Card card, Charge charge);

        /** Writes a transition down; false where that failed. */
        boolean record(PaymentView view, OptionalInt lastFour);

        /** Counts what came of it, once for each card that was tried. */
        void count(PaymentState result);
    }

    private final String id;
    private final String callId;
    private final Order order;
    private final String connector;
    private final PaymentSettings settings;
    private final Clock clock;
    private final Gatekeeper gatekeeper;
    private final CardForm form;
    private final Deadlines deadlines;
    private final Followers followers = new Followers();
    private final List<String> sinks;
    private final Instant createdAt;

    private PaymentState state = PaymentState.CREATED;
    private @Nullable FieldCapture capturing;
    private @Nullable PaymentState outcome;
    private @Nullable String reference;
    private @Nullable String errorCode;
    private @Nullable String errorMessage;
    private boolean confirmed;
    private boolean leaving; // call or process is at its end: only an answer is waited for
    private boolean over;
    private int submission = 1;
    private long sequence;

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
        this.deadlines = new Deadlines(settings, clock);
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

    String connector() {
        return connector;
    }

    /** Asks for the first field, unless the call ended first. */
    synchronized void start() {
        if (state == PaymentState.CREATED) {
            enter(PaymentState.ARMED);
            capture(form.first());
        }
    }

    /** A key press of the caller. */
    synchronized void key(int key) {
        FieldCapture field = capturing;
        if (field == null) {
            return; // swallowed: the mask is on, nobody asked
        }
        deadlines.keyed();
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
        FieldCapture field = capturing;
        if (deadlines.isSessionOver() && state != PaymentState.SUBMITTING && !over) {
            if (outcome == null) { // an answer of the gateway stays what it is
                fail("session-timeout", "the payment was left alone for too long");
            }
            end(outcome == null ? PaymentState.FAILED : PaymentState.HANDED_BACK);
        } else if (field != null && deadlines.isFieldOver()) {
            failField(field, "input-timeout");
        } else if (field != null && field.digits().count() > 0 && deadlines.isPauseOver()) {
            finish(field);
        }
    }

    /** Does a verb. */
    synchronized PaymentView apply(Verb verb, Optional<Field> name) throws PaymentRefused {
        Set<Verb> allowed = allowed();
        if (!allowed.contains(verb)) {
            String verbs = allowed.stream().map(Verb::wireName).collect(Collectors.joining(", "));
            throw new PaymentRefused(
                    Reason.VERB_NOT_ALLOWED,
                    "a payment that is " + state + " takes " + (verbs.isEmpty() ? "no verb" : verbs) + ", not "
                            + verb.wireName());
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
                deadlines.extend();
                publish();
            }
            case RETRY -> {
                submission++;
                outcome = null;
                fail(null, null);
                restart();
            }
            case CONFIRM -> {
                confirmed = true;
                publish();
            }
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
            settle(PaymentState.FAILED);
            enter(PaymentState.FAILED);
            return;
        }
        followers.tell(view());
        gatekeeper.submit(this, form.card(), charge());
    }

    private Charge charge() {
        return order.charge(id, submission);
    }

    /**
     * The gateway's answer, the first or one of a later look-up.
     *
     * @param charge what it is about; one of a card that was given up since changes nothing
     */
    synchronized void answered(Charge charge, Outcome answer) {
        if (!charge.equals(charge())) {
            return;
        }
        form.wipe();
        Reached reached = Reached.by(answer, charge.method());
        reference = reached.reference();
        fail(reached.code(), reached.message());
        settle(reached.state());
        if (state == PaymentState.SUBMITTING || state == PaymentState.UNKNOWN) {
            enter(reached.state());
            if (leaving) {
                end(PaymentState.HANDED_BACK);
            }
        } else {
            publish(); // handed back meanwhile: the result is there for who asks
        }
    }

    /** The caller is gone. */
    void callEnded() {
        leave(PaymentState.CALLER_HUNG_UP);
    }

    /** The process ends, or cannot hear the caller. */
    void cancel() {
        leave(PaymentState.CANCELLED);
    }

    private synchronized void leave(PaymentState last) {
        leaving = true;
        if (state != PaymentState.SUBMITTING && !over) {
            end(outcome == null ? last : PaymentState.HANDED_BACK);
        }
    }

    /** The mask is off: the caller is heard again. */
    synchronized void closed() {
        form.close();
        over = true;
        state = PaymentState.CLOSED;
        publish();
        followers.clear();
    }

    /** True once nothing but closing is left. */
    synchronized boolean isOver() {
        return over;
    }

    /** Waits a while for that. */
    synchronized void awaitOver(Duration atMost) throws InterruptedException {
        long endNs = System.nanoTime() + atMost.toNanos();
        while (!over && System.nanoTime() < endNs) {
            wait(atMost.toMillis());
        }
    }

    /** True where this request on this call is the one that made this session. */
    boolean isFor(String call, PaymentRequest request) {
        return callId.equals(call) && order.request().equals(request);
    }

    private void capture(FieldCapture field) {
        capturing = field;
        confirmed = false;
        deadlines.asked();
        enter(PaymentState.CAPTURING);
    }

    private void finish(FieldCapture field) {
        Optional<String> error = field.finish(form.brand(), clock);
        if (error.isPresent()) {
            failField(field, error.get());
            return;
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
            settle(PaymentState.FAILED);
            enter(PaymentState.FAILED);
            return;
        }
        deadlines.asked();
        enter(PaymentState.FIELD_ERROR);
    }

    private void fail(@Nullable String code, @Nullable String message) {
        errorCode = code;
        errorMessage = message;
    }

    private void end(PaymentState last) {
        capturing = null;
        over = true;
        form.wipe();
        if (outcome == null) {
            settle(last);
        }
        enter(last);
    }

    private void settle(PaymentState result) {
        outcome = result;
        gatekeeper.count(result);
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
        Set<Verb> verbs = EnumSet.noneOf(Verb.class); // in the order of their declaration
        if (!over) {
            verbs.addAll(state.verbs());
        }
        if (confirmed) {
            verbs.remove(Verb.CONFIRM);
        } else if (order.request().confirm()) {
            verbs.remove(Verb.SUBMIT);
        }
        return Collections.unmodifiableSet(verbs);
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
                confirmed,
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
