package sotto.proxy.trunk;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.proxy.config.Account;
import sotto.proxy.sip.SipCall;
import sotto.proxy.sip.SipDialog;
import sotto.proxy.sip.SipEndpoint;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipResponses;
import sotto.proxy.sip.Unreachable;

/**
 * Registers us at the peers that want it, and keeps it so (RFC 3261 §10.2). Thread-safe; what is done is done on one thread
 * of its own.
 *
 * <pre>
 *  answer to REGISTER        then
 *  2xx                       again at 45 to 50 % of the time granted, not before 1 s
 *  401, 407                  answered below here, in the exchange
 *  423                       again at once with its Min-Expires, once (§10.2.8)
 *  3xx, other 4xx to 6xx,    again after half to all of retry * 2^failures, at most 30 min (RFC 5626 §4.5);
 *  nothing                   a redirect leads to a place that nobody configured
 *  stopped                   REGISTER with Expires 0, after the answer to the last one (§10.2.2)
 * </pre>
 */
public final class Registrations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Registrations.class);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(30);
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_EXPIRES = Duration.ofDays(1);
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    private static final int MOST_DOUBLINGS = 16;

    private final SipEndpoint sip;
    private final List<Binding> bindings = new ArrayList<>();
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().name("registrations").daemon().factory(),
            new ThreadPoolExecutor.DiscardPolicy()); // an answer after the end is for nobody

    private Registrations(SipEndpoint sip) {
        this.sip = sip;
    }

    /** Starts with those that say so in their settings. */
    public static Registrations start(SipEndpoint sip, List<Peer> peers) {
        Registrations registrations = new Registrations(sip);
        for (Peer peer : peers) {
            peer.settings().account().ifPresent(account -> account.registration()
                    .ifPresent(rule -> {
                        registrations.bindings.add(registrations.new Binding(peer, account.user(), rule));
                    }));
        }
        registrations.bindings.forEach(binding -> registrations.executor.execute(binding::register));
        return registrations;
    }

    /** Takes the registrations back, and waits a moment for the answers. */
    @Override
    public void close() {
        bindings.forEach(binding -> executor.execute(binding::stop));
        long endNs = System.nanoTime() + FAREWELL.toNanos();
        try {
            for (Binding binding : bindings) {
                if (!binding.over.await(endNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    LOG.info(
                            "peer {} did not answer the end of our registration; it lapses there", binding.peer.name());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        executor.shutdownNow();
    }

    /** Wait after so many failures in a row: half to all of it. */
    static Duration wait(Duration retry, int failures) {
        Duration doubled = retry.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        return doubled.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : doubled;
    }

    /** The registration at one peer. Runs on the executor's thread. */
    private final class Binding implements SipResponses {
        private final Peer peer;
        private final Account.Registration rule;
        private final SipDialog dialog;
        private final CountDownLatch over = new CountDownLatch(1);
        private Duration expires;
        private int failures;
        private boolean waits; // for an answer: another REGISTER may not be sent (§10.2)
        private boolean stopping;
        private boolean unregistering;
        private boolean tooBrief; // the last answer was 423

        Binding(Peer peer, String user, Account.Registration rule) {
            this.peer = peer;
            this.rule = rule;
            this.expires = rule.expires();
            this.dialog = sip.registering(peer.destination(""), user);
            dialog.answersAs(peer.user());
        }

        @Override
        public void execute(Runnable step) {
            executor.execute(step);
        }

        @Override
        public void response(SipResponse response) {
            if (response.isFinal()) {
                executor.execute(() -> answered(response));
            }
        }

        @Override
        public void failed(Failure failure) {
            executor.execute(() -> lost(failure == Failure.TIMEOUT ? "no answer" : "no connection"));
        }

        private void register() {
            if (!stopping) {
                send(expires);
            }
        }

        private void send(Duration lasting) {
            waits = true;
            dialog.through(peer.destination("").hop()); // another one, where the last was down
            Map<String, String> headers = Map.of("Expires", Long.toString(lasting.toSeconds()));
            try {
                sip.send(dialog, new SipCall("REGISTER", Optional.empty(), SipCall.MAX_FORWARDS, headers), this);
            } catch (Unreachable e) {
                lost("no connection");
            }
        }

        private void stop() {
            stopping = true;
            if (!waits) {
                unregister();
            }
        }

        private void unregister() {
            if (peer.registered() == Registered.UP && !unregistering) {
                unregistering = true;
                send(Duration.ZERO);
            } else {
                over.countDown();
            }
        }

        private void answered(SipResponse response) {
            waits = false;
            boolean wasTooBrief = tooBrief;
            tooBrief = false;
            if (response.isSuccess()) {
                up(sip.grantedSeconds(dialog, response).orElse((int) expires.toSeconds()));
            } else if (response.status() == 423 && !wasTooBrief && !stopping && isLonger(response)) {
                tooBrief = true;
                send(expires);
            } else {
                lost(Integer.toString(response.status()));
            }
        }

        /** Takes over the time that a registrar asks for at least. */
        private boolean isLonger(SipResponse response) {
            Optional<Duration> least = response.header("Min-Expires")
                    .filter(text -> text.matches("\\d{1,9}"))
                    .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                    .filter(time -> time.compareTo(expires) > 0 && time.compareTo(LONGEST_EXPIRES) <= 0);
            least.ifPresent(time -> expires = time);
            return least.isPresent();
        }

        private void up(int grantedSeconds) {
            failures = 0;
            if (unregistering) {
                peer.registered(Registered.NONE);
                over.countDown();
                return;
            }
            if (peer.registered() != Registered.UP) {
                peer.registered(Registered.UP);
                LOG.info("registered at peer {} for {} s; its calls come here", peer.name(), grantedSeconds);
            }
            if (stopping) {
                unregister();
                return;
            }
            double share = ThreadLocalRandom.current().nextDouble(0.45, 0.5); // nodes that start together drift apart
            Duration half = Duration.ofMillis((long) (grantedSeconds * 1000.0 * share));
            again(half.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : half);
        }

        private void lost(String why) {
            waits = false;
            if (stopping) {
                over.countDown();
                return;
            }
            failures++;
            double share = ThreadLocalRandom.current().nextDouble(0.5, 1);
            Duration pause = Duration.ofMillis(
                    (long) (Registrations.wait(rule.retry(), failures).toMillis() * share));
            if (peer.registered() != Registered.DOWN) {
                peer.registered(Registered.DOWN);
                LOG.warn(
                        "registration at peer {} failed: {}; its calls stop coming here when the last one lapses there; the"
                                + " next try is in {} s, later ones up to 30 min apart; look at the peer, and at user and"
                                + " password-file of its section",
                        peer.name(),
                        why,
                        pause.toSeconds());
            }
            again(pause);
        }

        @SuppressWarnings("FutureReturnValueIgnored") // it ends with the executor
        private void again(Duration pause) {
            executor.schedule(this::register, pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
