package sotto.pci.capture;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.pci.capture.KeySource.Keys;
import sotto.pci.capture.PaymentRefused.Reason;
import sotto.pci.card.Card;
import sotto.pci.psp.Charge;
import sotto.pci.psp.Gateway;
import sotto.pci.psp.Outcome;

/**
 * Makes sessions, and gives each what it needs: a thread that reads its keys, one that waits for its gateway. Thread-safe.
 *
 * <pre>
 *  start   check the request, arm the mask, then a thread:  key, key, … tick, … until over;  keys off;  mask off;  CLOSED
 *  submit  another thread:  gateway.take;  UNKNOWN: lookUp after 1, 2, 4, … s until it knows
 * </pre>
 */
public final class PaymentDesk implements AutoCloseable, PaymentSession.Gatekeeper {
    private static final Logger LOG = LoggerFactory.getLogger(PaymentDesk.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration KEPT = Duration.ofHours(1);
    private static final int MOST_KEPT = 100_000;
    private static final int LOOK_UPS = 10; // the last one after 17 minutes
    private static final long CLOSE_SECONDS = 35; // longer than a gateway may take by default

    private final KeySource audio;
    private final Map<String, Gateway> gateways;
    private final PaymentSettings settings;
    private final Predicate<String> journal;
    private final Clock clock;
    private final Map<String, PaymentSession> sessions = new ConcurrentHashMap<>();
    private final Map<String, PaymentSession> byCall = new ConcurrentHashMap<>();
    private final Set<String> arming = ConcurrentHashMap.newKeySet();
    private final Map<String, PaymentSession> byIdempotencyKey = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> results = new ConcurrentHashMap<>();
    private final Phaser busy = new Phaser(1);
    private final CountDownLatch closing = new CountDownLatch(1);

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
            PaymentSession session = new PaymentSession(
                    new PaymentSession.Setting(newId(), connector, settings, clock, this), callId, order, keys.sinks());
            remember(session, request);
            busy.register();
            Thread.ofVirtual().name("payment-" + session.id()).start(() -> attend(session, keys));
            session.start();
            return session.view();
        } catch (KeySource.ArmFailed e) {
            count("arm-failed");
            throw new PaymentRefused(Reason.ARM_FAILED, "secure-pay is not on: " + e.getMessage());
        } finally {
            arming.remove(callId);
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
            byCall.remove(session.callId(), session);
            count(session.view().outcome().map(PaymentDesk::name).orElse("failed"));
            awaitSpeech(keys);
        } finally {
            session.closed();
            busy.arriveAndDeregister();
        }
    }

    /** Until then the payment is not CLOSED, which says that the caller is heard; the next one may start before that. */
    private void awaitSpeech(Keys keys) {
        try {
            while (closing.getCount() > 0 && !keys.awaitSpeech(TICK)) {
                // a key is held down, or nothing comes from the caller
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(PaymentSession session, Keys keys) {
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
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            session.cancel();
        } catch (RuntimeException e) {
            LOG.error("payment {}: keys cannot be read; it is cancelled and the mask goes off", session.id(), e);
            session.cancel();
        }
    }

    @Override
    public void submit(PaymentSession session, Card card, Charge charge) {
        Gateway gateway = Objects.requireNonNull(gateways.get(session.view().connector()));
        busy.register();
        Thread.ofVirtual().name("gateway-" + session.id()).start(() -> {
            try {
                session.answered(ask(gateway, card, charge));
            } finally {
                busy.arriveAndDeregister();
            }
            resolve(session, gateway, charge);
        });
    }

    private static Outcome ask(Gateway gateway, Card card, Charge charge) {
        try {
            return gateway.take(card, charge);
        } catch (RuntimeException e) { // an adapter's fault: nobody can tell how far it came
            LOG.error("payment {}: the gateway adapter failed; the payment is UNKNOWN", charge.paymentId(), e);
            return new Outcome.Unknown("the adapter failed");
        }
    }

    /** Asks what became of a doubtful payment, ever less often; charges nothing. */
    private void resolve(PaymentSession session, Gateway gateway, Charge charge) {
        long waitSeconds = 1;
        for (int i = 0; i < LOOK_UPS && session.isUnknown(); i++) {
            try {
                if (closing.await(waitSeconds, TimeUnit.SECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            waitSeconds *= 2;
            Outcome outcome = gateway.lookUp(charge);
            if (!(outcome instanceof Outcome.Unknown)) {
                LOG.info("payment {} was UNKNOWN and is resolved after {} look-ups", session.id(), i + 1);
                session.answered(outcome);
                count("resolved");
            }
        }
        if (session.isUnknown()) {
            LOG.warn(
                    "payment {} stays UNKNOWN after {} look-ups; look into the gateway's own records before charging again",
                    session.id(),
                    LOOK_UPS);
        }
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
                lastFour.isPresent() ? "%04d".formatted(lastFour.getAsInt()) : "-"));
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
        Map<String, Long> counts = new ConcurrentHashMap<>();
        results.forEach((name, count) -> counts.put(name, count.sum()));
        return counts;
    }

    public int inProgress() {
        return byCall.size();
    }

    private void count(String result) {
        results.computeIfAbsent(result, name -> new LongAdder()).increment();
    }

    private static String name(PaymentState state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String newId() {
        byte[] random = new byte[12];
        RANDOM.nextBytes(random);
        return "pay_" + HexFormat.of().formatHex(random);
    }

    @Override
    public void close() {
        closing.countDown();
        byCall.values().forEach(PaymentSession::cancel);
        try {
            busy.awaitAdvanceInterruptibly(busy.arrive(), CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.error("a gateway did not answer within {} s of the end; its payment is UNKNOWN", CLOSE_SECONDS);
        }
        gateways.values().forEach(Gateway::close);
    }
}
