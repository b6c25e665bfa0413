package sotto.pci.capture;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.pci.capture.KeySource.Keys;
import sotto.pci.capture.PaymentRefused.Reason;
import sotto.pci.card.Card;
import sotto.pci.psp.Charge;
import sotto.pci.psp.Gateway;

/**
 * Makes sessions, and gives each what it needs: a thread that reads its keys, one that waits for its gateway.
 * Thread-safe. What is asked of a session takes turns there; a session that is over is closed by its thread alone, once.
 *
 * <pre>
 *  start   check the request, arm the mask, then a thread:  key, key, … tick, … until over;  keys off;  mask off;  CLOSED
 *  submit  another thread, see Submissions
 * </pre>
 */
public final class PaymentDesk implements AutoCloseable, PaymentSession.Gatekeeper {
    private static final Logger LOG = LoggerFactory.getLogger(PaymentDesk.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration KEPT = Duration.ofHours(1);
    private static final int MOST_KEPT = 100_000;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(35); // longer than a gateway may take by default

    private final KeySource audio;
    private final Map<String, Gateway> gateways;
    private final PaymentSettings settings;
    private final Predicate<String> journal;
    private final Clock clock;
    private final Map<String, PaymentSession> sessions = new ConcurrentHashMap<>();
    private final Map<String, PaymentSession> byCall = new ConcurrentHashMap<>();
    private final Set<String> arming = ConcurrentHashMap.newKeySet();
    private final Map<String, PaymentSession> byIdempotencyKey = new ConcurrentHashMap<>();
    private final Results results = new Results();
    private final PaymentThreads threads = new PaymentThreads();
    private final Submissions submissions;

    /**
     * @param gateways by connector name; closed with this
     * @param journal takes one record, false where it cannot
     */
    public PaymentDesk(
            KeySource audio,
            Map<String, Gateway> gateways,
            PaymentSettings settings,
            Predicate<String> journal,
            Clock clock) {
        this.audio = audio;
        this.gateways = gateways;
        this.settings = settings;
        this.journal = journal;
        this.clock = clock;
        this.submissions = new Submissions(gateways, threads, results);
    }

    /** Starts secure-pay on a call. */
    public PaymentView start(String callId, PaymentRequest request) throws PaymentRefused {
        Order order = Order.check(request);
        String connector = connector(request);
        Optional<PaymentSession> same = reserve(callId, request);
        if (same.isPresent()) {
            return same.get().view();
        }
        try { // outside the lock: a call whose sinks are slow to acknowledge holds up no other
            Keys keys = audio.arm(callId);
            return begin(keys, callId, order, connector).view();
        } catch (KeySource.NotAnswered e) {
            throw new PaymentRefused(Reason.CALL_NOT_ANSWERED, String.valueOf(e.getMessage()));
        } catch (KeySource.ArmFailed e) {
            count(PaymentState.ARM_FAILED);
            throw new PaymentRefused(Reason.ARM_FAILED, "secure-pay is not on: " + e.getMessage());
        } finally {
            arming.remove(callId);
        }
    }

    /** Makes the session of a call that is masked, and the thread that owns the mask from then on. */
    private PaymentSession begin(Keys keys, String callId, Order order, String connector) {
        boolean attended = false;
        try {
            PaymentSession session = new PaymentSession(
                    new PaymentSession.Setting(newId(), connector, settings, clock, this), callId, order, keys.sinks());
            remember(session, order.request());
            session.start();
            if (threads.isClosing()) {
                session.cancel(); // whoever closes may not have seen it
            }
            threads.start("payment-" + session.id(), () -> attend(session, keys));
            attended = true;
            return session;
        } finally {
            if (!attended) { // a fault of ours: the call is as it was
                byCall.remove(callId);
                keys.close();
            }
        }
    }

    /** Sees to it that a call has one payment at a time; the payment that this key already made, where there is one. */
    private Optional<PaymentSession> reserve(String callId, PaymentRequest request) throws PaymentRefused {
        synchronized (arming) {
            Optional<PaymentSession> same = sameKey(callId, request);
            if (same.isPresent()) {
                return same;
            }
            PaymentSession other = byCall.get(callId);
            if (other != null) {
                throw new PaymentRefused(
                        Reason.PAYMENT_IN_PROGRESS,
                        "this call already has payment " + other.id() + "; hand it back or cancel it first");
            }
            if (!arming.add(callId)) {
                throw new PaymentRefused(
                        Reason.PAYMENT_IN_PROGRESS, "a payment is being started on this call; ask for it in a moment");
            }
            return Optional.empty();
        }
    }

    private Optional<PaymentSession> sameKey(String callId, PaymentRequest request) throws PaymentRefused {
        PaymentSession earlier =
                request.idempotencyKey().map(byIdempotencyKey::get).orElse(null);
        if (earlier == null) {
            return Optional.empty();
        }
        if (!earlier.isFor(callId, request)) {
            throw new PaymentRefused(
                    Reason.IDEMPOTENCY_KEY_REUSED, "this idempotency key belongs to another payment; use a new one");
        }
        return Optional.of(earlier);
    }

    private void remember(PaymentSession session, PaymentRequest request) {
        if (sessions.size() >= MOST_KEPT) {
            forget(clock.instant().minus(Duration.ofMinutes(1)));
        }
        forget(clock.instant().minus(KEPT));
        sessions.put(session.id(), session);
        byCall.put(session.callId(), session);
        request.idempotencyKey().ifPresent(key -> byIdempotencyKey.put(key, session));
    }

    private void forget(java.time.Instant before) {
        Predicate<PaymentSession> old =
                session -> session.isOver() && session.view().createdAt().isBefore(before);
        sessions.values().removeIf(old);
        byIdempotencyKey.values().removeIf(old);
    }

    /** A payment's own thread: reads keys until it is over, then takes the mask off, and says so once it is. */
    private void attend(PaymentSession session, Keys keys) {
        try {
            read(session, keys);
            while (!session.isOver()) { // keys broke while it is at the gateway, which still reads the digits
                session.awaitOver(TICK);
            }
            byCall.remove(session.callId(), session);
            awaitSpeech(keys);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            session.cancel();
        } finally {
            byCall.remove(session.callId(), session);
            close(session, keys);
        }
    }

    /** Whoever sees that it is CLOSED finds the evidence. */
    private static void close(PaymentSession session, Keys keys) {
        try {
            keys.over(session.view());
        } finally {
            session.closed();
        }
    }

    /** Until then the payment is not CLOSED, which says that the caller is heard; the next one may start before that. */
    private void awaitSpeech(Keys keys) throws InterruptedException {
        while (!threads.isClosing() && !keys.awaitSpeech(TICK)) {
            // a key is held down, or nothing comes from the caller
        }
    }

    private static void read(PaymentSession session, Keys keys) throws InterruptedException {
        try (keys) {
            while (!session.isOver()) {
                int key = keys.nextKey(TICK);
                if (key == Keys.END_OF_KEYS) {
                    session.callEnded();
                    session.awaitOver(TICK); // at the gateway: there is an answer to come
                } else if (key != Keys.NO_KEY) {
                    session.key(key);
                }
                session.tick();
            }
        } catch (RuntimeException e) {
            LOG.error("payment {}: keys cannot be read; it is cancelled and the mask goes off", session.id(), e);
            session.cancel();
        }
    }

    @Override
    public void submit(PaymentSession session, Card card, Charge charge) {
        submissions.send(session, card, charge);
    }

    @Override
    public void count(PaymentState result) {
        results.count(result);
    }

    @Override
    public boolean record(PaymentView view, OptionalInt lastFour) {
        return journal.test(String.join(
                "|",
                clock.instant().toString(),
                view.id(),
                view.callId(),
                view.state().name(),
                view.amount(),
                view.currency(),
                view.connector(),
                view.reference().orElse("-"),
                view.errorCode().orElse("-"),
                lastFour.isPresent() ? "%04d".formatted(lastFour.getAsInt()) : "-",
                view.confirmed() ? "confirmed" : "-"));
    }

    private String connector(PaymentRequest request) throws PaymentRefused {
        String name = request.connector().orElse(gateways.keySet().iterator().next());
        if (!gateways.containsKey(name)) {
            throw new PaymentRefused(
                    Reason.UNKNOWN_CONNECTOR, "no such connector; configured: " + String.join(", ", gateways.keySet()));
        }
        return name;
    }

    /** A session by id. */
    PaymentSession required(String paymentId) throws PaymentRefused {
        PaymentSession session = sessions.get(paymentId);
        if (session == null) {
            throw new PaymentRefused(Reason.UNKNOWN_PAYMENT, "no such payment, or it ended too long ago");
        }
        return session;
    }

    /** Does a verb. */
    public PaymentView apply(String paymentId, Verb verb, Optional<Field> field) throws PaymentRefused {
        return required(paymentId).apply(verb, field);
    }

    /** Follows a payment. */
    public AutoCloseable subscribe(String paymentId, Consumer<PaymentView> listener) throws PaymentRefused {
        return required(paymentId).subscribe(listener);
    }

    public Optional<PaymentView> find(String paymentId) {
        return Optional.ofNullable(sessions.get(paymentId)).map(PaymentSession::view);
    }

    /** The payments of a call, oldest first. */
    public List<PaymentView> ofCall(String callId) {
        return sessions.values().stream()
                .filter(session -> session.callId().equals(callId))
                .map(PaymentSession::view)
                .sorted(Comparator.comparing(PaymentView::createdAt))
                .toList();
    }

    /** The payment that holds a call's mask. */
    public Optional<PaymentView> active(String callId) {
        return Optional.ofNullable(byCall.get(callId)).map(PaymentSession::view);
    }

    /** A call is over. */
    public void callEnded(String callId) {
        Optional.ofNullable(byCall.get(callId)).ifPresent(PaymentSession::callEnded);
    }

    /** Outcomes so far. */
    public Map<String, Long> results() {
        return results.all();
    }

    /** Doubtful payments whose gateway is being asked. */
    public int doubtful() {
        return submissions.doubtful();
    }

    public int inProgress() {
        return byCall.size();
    }

    private static String newId() {
        byte[] random = new byte[12];
        RANDOM.nextBytes(random);
        return "pay_" + HexFormat.of().formatHex(random);
    }

    @Override
    public void close() {
        threads.close();
        byCall.values().forEach(PaymentSession::cancel);
        try {
            threads.awaitAll(CLOSE_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.error(
                    "a gateway did not answer within {} s of the end; its payment is UNKNOWN",
                    CLOSE_WITHIN.toSeconds());
        }
        gateways.values().forEach(Gateway::close);
    }
}
