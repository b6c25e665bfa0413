package sotto.proxy.b2bua;

import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import sotto.proxy.threads.SerialQueue;
import sotto.proxy.threads.Timers;

/**
 * Sends a 2xx to an INVITE until its ACK comes (RFC 3261 §13.3.1.4). Runs on the call's queue.
 *
 * <pre>
 *  after the first 200   sends
 *   500 ms               200      T1
 *   1.5 s                200      2 T1
 *   3.5 s                200      4 T1
 *   7.5 s                200      T2, and so on
 *   32 s                 nothing: lost
 * </pre>
 */
final class AnswerRetransmission {
    private final Timers timers;
    private final SerialQueue queue;
    private final Runnable send;
    private final Runnable lost;
    private final long cseq;
    private Duration waited = Duration.ZERO;
    private boolean over;
    private @Nullable Future<?> next;

    /**
     * @param cseq of the INVITE
     * @param send sends the 2xx once more
     * @param lost told, once, that no ACK came
     */
    AnswerRetransmission(Timers timers, SerialQueue queue, long cseq, Runnable send, Runnable lost) {
        this.timers = timers;
        this.queue = queue;
        this.cseq = cseq;
        this.send = send;
        this.lost = lost;
        schedule(Timers.T1);
    }

    private void schedule(Duration interval) {
        next = timers.after(interval, () -> queue.execute(() -> fire(interval)));
    }

    private void fire(Duration interval) {
        if (over) {
            return;
        }
        waited = waited.plus(interval);
        Duration left = Timers.LOST.minus(waited);
        if (left.isZero() || left.isNegative()) {
            over = true;
            lost.run();
            return;
        }
        send.run();
        Duration doubled = interval.multipliedBy(2);
        Duration capped = doubled.compareTo(Timers.T2) > 0 ? Timers.T2 : doubled;
        schedule(capped.compareTo(left) > 0 ? left : capped);
    }

    /** True from the ACK, or its loss, on. */
    boolean isOver() {
        return over;
    }

    /** Takes the ACK with that CSeq; another INVITE's is ignored. True the first time. */
    boolean acknowledged(long ackCseq) {
        boolean isAwaited = !over && ackCseq == cseq;
        if (isAwaited) {
            stop();
        }
        return isAwaited;
    }

    void stop() {
        over = true;
        if (next != null) {
            next.cancel(false);
        }
    }
}
