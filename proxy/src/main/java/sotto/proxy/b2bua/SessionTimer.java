package sotto.proxy.b2bua;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.threads.SerialQueue;
import sotto.proxy.threads.Timers;

/**
 * The session timer of one leg (RFC 4028). Each leg has its own, for the two dialogs know nothing of each other. Runs on
 * the call's queue.
 *
 * <pre>
 *  the peer's INVITE, or its refresh            our 2xx                         then
 *  Session-Expires below 90 s, it knows timer   422, Min-SE: 90 (§9)
 *  Session-Expires: S; refresher=uas            S; refresher=uas                we refresh at S / 2
 *  Session-Expires: S, it knows timer           S; refresher=uac; Require       it refreshes
 *  Session-Expires: S, it does not              S; refresher=uas                we refresh
 *  none                                         none                            no timer
 *
 *  the peer's 2xx to ours                                                       then
 *  Session-Expires: S; refresher=uac                                            we refresh at S / 2
 *  Session-Expires: S; refresher=uas                                            it refreshes
 *
 *  it refreshes, and does not                                                   BYE at S - min(32 s, S / 3) (§10)
 * </pre>
 *
 * <p>We ask nobody for a timer of our own: a peer that is gone is found by its silence.
 */
final class SessionTimer {
    /** RFC 4028 §4: the least there may be, and what a Min-SE says. */
    static final Duration LEAST = Duration.ofSeconds(90);

    static final String TAG = "timer";
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1); // a peer that says 0 gets no storm
    private static final Duration LATEST_WARNING = Duration.ofSeconds(32);
    private static final Pattern EXPIRES = Pattern.compile("(\\d{1,9})\\s*(?:;(.*))?");
    private static final Pattern REFRESHER = Pattern.compile("(?i)(?:^|;)\\s*refresher\\s*=\\s*(uac|uas)\\s*(?:;|$)");

    private final Timers timers;
    private final SerialQueue queue;
    private final Runnable refresh;
    private final Runnable expired;
    private Optional<Duration> agreed = Optional.empty();
    private boolean ours;
    private @Nullable Future<?> next;

    /**
     * Starts nothing yet.
     *
     * @param refresh sends a refresh on this leg
     * @param expired told that the peer did not refresh
     */
    SessionTimer(Timers timers, SerialQueue queue, Runnable refresh, Runnable expired) {
        this.timers = timers;
        this.queue = queue;
        this.refresh = refresh;
        this.expired = expired;
    }

    /** What a Session-Expires header says. */
    private record Expires(Duration interval, Optional<String> refresher) {
        static Optional<Expires> of(Optional<String> header) {
            return header.map(EXPIRES::matcher).filter(Matcher::matches).map(expires -> {
                Matcher refresher =
                        REFRESHER.matcher(Optional.ofNullable(expires.group(2)).orElse(""));
                return new Expires(
                        Duration.ofSeconds(Long.parseLong(expires.group(1))),
                        refresher.find() ? Optional.of(refresher.group(1).toLowerCase(Locale.ROOT)) : Optional.empty());
            });
        }
    }

    /** The 422 for a request whose interval is too short, where it is. */
    static Optional<SipReply> tooShort(SipRequest request) {
        return Expires.of(request.header("Session-Expires"))
                .filter(asked -> asked.interval.compareTo(LEAST) < 0
                        && request.supports().contains(TAG))
                .map(asked -> SipReply.of(422).with("Min-SE", Long.toString(LEAST.toSeconds())));
    }

    /** Starts what this request asks for, or stops; the reply says what was agreed. */
    SipReply agreed(SipRequest request, SipReply ok) {
        stop();
        Optional<Expires> asked = Expires.of(request.header("Session-Expires"));
        if (asked.isEmpty()) {
            return ok;
        }
        Duration interval = asked.get().interval.compareTo(LEAST) < 0 ? LEAST : asked.get().interval;
        boolean knows = request.supports().contains(TAG) || request.requires().contains(TAG);
        boolean ours = asked.get().refresher.map("uas"::equals).orElse(!knows);
        start(interval, ours);
        SipReply agreed =
                ok.with("Session-Expires", interval.toSeconds() + (ours ? ";refresher=uas" : ";refresher=uac"));
        return knows ? agreed.with("Require", TAG) : agreed;
    }

    /** Starts what a 2xx to a request of ours says, or stops. */
    void agreed(SipResponse success) {
        stop();
        Expires.of(success.header("Session-Expires"))
                .ifPresent(said ->
                        start(said.interval, said.refresher.map("uac"::equals).orElse(true)));
    }

    /** What a request of ours on this leg says of it; without a timer, that we know how to. */
    Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>(Map.of("Supported", TAG));
        agreed.ifPresent(interval ->
                headers.put("Session-Expires", interval.toSeconds() + (ours ? ";refresher=uac" : ";refresher=uas")));
        return headers;
    }

    private void start(Duration interval, boolean weRefresh) {
        agreed = Optional.of(interval);
        ours = weRefresh;
        Duration third = interval.dividedBy(3);
        Duration warning = third.compareTo(LATEST_WARNING) < 0 ? third : LATEST_WARNING;
        Duration wait = weRefresh ? interval.dividedBy(2) : interval.minus(warning);
        next = timers.after(
                wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait,
                () -> queue.execute(weRefresh ? refresh : expired));
    }

    void stop() {
        agreed = Optional.empty();
        if (next != null) {
            next.cancel(false);
            next = null;
        }
    }
}
