package sotto.proxy.b2bua;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.threads.Timers;

/**
 * What the caller is told while it rings; reliably, where it asks for that (RFC 3262 §3). Runs on the call's queue.
 *
 * <pre>
 *  the caller's INVITE                      an 18x
 *  Require: 100rel                          is sent with RSeq, and again until its PRACK
 *  Supported: 100rel                        the same, where it has the answer; others are sent once
 *  neither                                  is sent once
 *
 *  event, with one on its way               does
 *  T1, 3 T1, 7 T1, … without a PRACK        sends it again
 *  64 T1 without a PRACK                    gives the call up: 504
 *  another 18x                              waits for its turn
 *  its PRACK                                200; the next one, or the 2xx that waits
 *  a PRACK of none that is on its way       481
 *  2xx                                      waits, where the answer is on its way (§3); else it is sent
 *  any other final response                 is sent; what is on its way is not sent again
 * </pre>
 */
final class Provisionals {
    static final String TAG = "100rel";
    private static final long MOST_FIRST_RSEQ = (1L << 31) - 1; // RFC 3262 §3

    private final Call call;
    private final SipRequest invite;
    private final Queue<SipReply> waiting = new ArrayDeque<>();
    private long rseq = ThreadLocalRandom.current().nextLong(1, MOST_FIRST_RSEQ);
    private Optional<SipReply> sent = Optional.empty(); // on its way
    private Optional<Runnable> held = Optional.empty(); // the 2xx
    private @Nullable Future<?> timer;

    Provisionals(Call call, SipRequest invite) {
        this.call = call;
        this.invite = invite;
    }

    void send(SipReply reply) {
        boolean reliably = invite.requires().contains(TAG)
                || (reply.sdp().isPresent() && invite.supports().contains(TAG));
        if (!reliably) {
            call.send(invite, reply);
        } else if (sent.isPresent()) {
            waiting.add(reply);
        } else {
            transmit(reply);
        }
    }

    private void transmit(SipReply reply) {
        rseq++;
        SipReply numbered = reply.with("Require", TAG).with("RSeq", Long.toString(rseq));
        sent = Optional.of(numbered);
        call.send(invite, numbered);
        again(Timers.T1, Timers.T1);
    }

    private void again(Duration interval, Duration waited) {
        long number = rseq;
        timer = call.services.timers().after(interval, () -> call.queue().execute(() -> {
            if (number != rseq || sent.isEmpty()) {
                return;
            }
            if (waited.compareTo(Timers.LOST) >= 0) {
                call.services.listener().refused("not-acknowledged", 504);
                call.giveUp(504);
                return;
            }
            call.send(invite, sent.get());
            Duration next = interval.multipliedBy(2);
            Duration left = Timers.LOST.minus(waited);
            Duration wait = next.compareTo(left) < 0 ? next : left;
            again(wait, waited.plus(wait));
        }));
    }

    /** True where this PRACK is of the one that is on its way; what waited for it goes out then. */
    boolean acknowledged(SipRequest prack) {
        String expected = rseq + " " + invite.cseq() + " INVITE";
        if (sent.isEmpty()
                || !prack.header("RAck")
                        .map(text -> text.replaceAll("\\s+", " "))
                        .equals(Optional.of(expected))) {
            return false;
        }
        stop();
        return true;
    }

    /** Sends what waited for the PRACK. */
    void next() {
        SipReply next = waiting.poll();
        if (next != null) {
            transmit(next);
        } else {
            held.ifPresent(Runnable::run);
            held = Optional.empty();
        }
    }

    /** Sends the 2xx, at once or after the PRACK of the answer that is on its way. */
    void success(Runnable send) {
        waiting.clear();
        if (sent.filter(reply -> reply.sdp().isPresent()).isPresent()) {
            held = Optional.of(send);
        } else {
            stop();
            send.run();
        }
    }

    /** There is a final response; nothing is sent again. */
    void stop() {
        sent = Optional.empty();
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
