package sotto.proxy.trunk;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import sotto.proxy.sip.SipCall;
import sotto.proxy.sip.SipDialog;
import sotto.proxy.sip.SipEndpoint;
import sotto.proxy.sip.SipParty;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipResponses;
import sotto.proxy.sip.Unreachable;

/**
 * Asks peers with OPTIONS whether they are there (RFC 3261 §11), and tells their {@link Health}. One thread of its own.
 *
 * <pre>
 *  what comes before the next question is due      counts as
 *  any final response but 408, 503                 an answer: also 404 or 405 was said by somebody
 *  408, 503, a broken connection, nothing          a failure
 * </pre>
 */
public final class Probes implements AutoCloseable {
    private final SipEndpoint sip;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("peer-probes").daemon().factory());

    private Probes(SipEndpoint sip) {
        this.sip = sip;
    }

    /** Starts to ask those that are to be asked. */
    @SuppressWarnings("FutureReturnValueIgnored") // they end with the executor
    public static Probes start(SipEndpoint sip, List<Peer> peers) {
        Probes probes = new Probes(sip);
        for (Peer peer : peers) {
            peer.settings()
                    .probing()
                    .ifPresent(rule -> probes.executor.scheduleWithFixedDelay(
                            new Asking(probes.sip, peer), 0, rule.every().toNanos(), TimeUnit.NANOSECONDS));
        }
        return probes;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    /** Questions to one peer, at each of its servers. */
    private static final class Asking implements Runnable {
        private final SipEndpoint sip;
        private final Peer peer;
        private List<Question> pending = List.of();

        Asking(SipEndpoint sip, Peer peer) {
            this.sip = sip;
            this.peer = peer;
        }

        @Override
        public void run() {
            pending.forEach(question -> question.count(false));
            pending = peer.servers().stream().map(this::ask).toList();
        }

        private Question ask(Server server) {
            Question question = new Question(server.health());
            try {
                SipDialog dialog = sip.calling(server.destination(""), new SipParty("", "ping"), new SipParty("", ""));
                dialog.answersAs(peer.user());
                sip.send(dialog, SipCall.of("OPTIONS"), question);
            } catch (Unreachable e) {
                question.count(false);
            }
            return question;
        }
    }

    /** One OPTIONS; counted once. */
    private static final class Question implements SipResponses {
        private final Health health;
        private final AtomicBoolean counted = new AtomicBoolean();

        Question(Health health) {
            this.health = health;
        }

        void count(boolean answered) {
            if (!counted.getAndSet(true)) {
                health.heard(answered);
            }
        }

        @Override
        public void response(SipResponse response) {
            if (response.isFinal()) {
                count(response.status() != 408 && response.status() != 503);
            }
        }

        @Override
        public void failed(Failure failure) {
            count(false);
        }
    }
}
