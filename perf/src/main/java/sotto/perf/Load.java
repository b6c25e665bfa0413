package sotto.perf;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sotto.perf.run.Samples;
import sotto.proxy.demo.AudioSdp;
import sotto.proxy.demo.G711;
import sotto.proxy.demo.SipDialog;
import sotto.proxy.demo.SipMessage;

/**
 * Places calls, answers them and carries their audio. All in the thread that calls it: it polls, and parks only where
 * nothing is due.
 *
 * <pre>
 *  calling side  INVITE -> program -> INVITE  called side
 *                200   <-         <- 180, 200 at once
 *                ACK, audio both ways, BYE after the hold time
 * </pre>
 */
final class Load implements AutoCloseable {
    private static final int ENDS_A_SECOND = 500;
    private static final String CALLED = "+441632960";
    private static final Pattern NUMBER = Pattern.compile("sip:\\" + CALLED + "([0-9]{3})@");
    private static final int MOST_LINES = 1_000;
    private static final byte[] NO_BODY = {};
    private static final long PERIOD_NS = 20_000_000;
    private static final long IDLE_NS = 20_000;
    private static final Duration GIVEN_UP = Duration.ofSeconds(32); // 64 T1: timers B and F of RFC 3261
    private static final int BATCH = 64;
    private static final Duration DRAIN = Duration.ofMillis(400);

    private final LoadSide callers = new LoadSide();
    private final LoadSide agents = new LoadSide();
    private final List<LoadLeg> calls = new ArrayList<>(); // calling legs that are not over
    private final Deque<LoadLeg> talking = new ArrayDeque<>(); // by when their next packet is due
    private final Samples setups = new Samples();
    private final long givenUpNs;
    private InetSocketAddress target;
    private Optional<Lines> lines = Optional.empty();
    private boolean media;
    private int numbered;
    private int failed;
    private long latestNs;

    Load() throws IOException {
        this(GIVEN_UP);
    }

    /**
     * The same with another patience.
     *
     * @param givenUp a call that is not answered, or not ended, for this long has failed
     */
    Load(Duration givenUp) throws IOException {
        givenUpNs = givenUp.toNanos();
        target = agents.sipAddress();
    }

    InetSocketAddress callerAddress() throws IOException {
        return callers.sipAddress();
    }

    InetSocketAddress agentAddress() throws IOException {
        return agents.sipAddress();
    }

    /** Calls go there from now on; before the first time, straight to the called side. */
    void through(InetSocketAddress sip) {
        target = sip;
    }

    /** Calls from now on are numbered from 0, and have these. */
    void lines(Lines of) {
        lines = Optional.of(of);
        numbered = 0;
    }

    /** Whether calls carry audio from now on. */
    void media(boolean on) {
        media = on;
    }

    /**
     * Places calls at an even rate and ends each after a while; returns when all are over.
     *
     * @return what came of them
     */
    Placed place(int count, double perSecond, Duration hold) throws IOException {
        return place(count, perSecond, Optional.of(hold));
    }

    /** Places calls that stay up until {@link #endAll}. */
    Placed raise(int count, double perSecond) throws IOException {
        return place(count, perSecond, Optional.empty());
    }

    /**
     * What came of calls.
     *
     * @param setups from INVITE to 200; until more are placed
     * @param againShare of the SIP messages that came to either side, those that had come before
     */
    record Placed(int answered, int failed, Samples setups, double againShare) {}

    private Placed place(int count, double perSecond, Optional<Duration> hold) throws IOException {
        setups.clear();
        failed = 0;
        callers.clearCounts();
        agents.clearCounts();
        long startNs = System.nanoTime();
        int placed = 0;
        while (placed < count || isPending(hold.isPresent())) {
            long nowNs = System.nanoTime();
            boolean worked = step(nowNs);
            if (placed < count && nowNs - startNs >= (long) (placed * 1e9 / perSecond)) {
                invite(nowNs);
                placed++;
                worked = true;
            }
            if (hold.isPresent()) {
                endOlderThan(nowNs - hold.get().toNanos());
            }
            rest(worked);
        }
        double messages = Math.max(1, callers.messages() + agents.messages());
        return new Placed(setups.count(), failed, setups, (callers.again() + agents.again()) / messages);
    }

    private boolean isPending(boolean ends) {
        return calls.stream().anyMatch(call -> ends || call.state() == LoadLeg.State.INVITED);
    }

    /** Lets the calls that are up talk for a while. */
    void talk(Duration length) throws IOException {
        long endNs = System.nanoTime() + length.toNanos();
        for (long nowNs = System.nanoTime(); nowNs - endNs < 0; nowNs = System.nanoTime()) {
            rest(step(nowNs));
        }
    }

    /** Stops talking until what is on the way is in, then begins to count anew. */
    void settle() throws IOException {
        boolean before = media;
        media = false;
        talk(DRAIN);
        media = before;
        spread(System.nanoTime());
        latestNs = 0;
        callers.clearCounts();
        agents.clearCounts();
    }

    /** Stops talking and takes what is on the way. */
    void hush() throws IOException {
        media = false;
        talk(DRAIN);
    }

    /** Hangs up, some calls at a time: a burst of all of them would be the kernel's buffers' test. */
    void endAll() throws IOException {
        long startNs = System.nanoTime();
        int ended = 0;
        for (LoadLeg call : List.copyOf(calls)) {
            bye(call);
            ended++;
            while (System.nanoTime() - startNs < ended * 1_000_000_000L / ENDS_A_SECOND) {
                rest(step(System.nanoTime()));
            }
        }
        long endNs = System.nanoTime() + givenUpNs;
        while (!calls.isEmpty() && System.nanoTime() - endNs < 0) {
            rest(step(System.nanoTime()));
        }
    }

    /** Calls that are not over. */
    int up() {
        return calls.size();
    }

    LoadSide callers() {
        return callers;
    }

    LoadSide agents() {
        return agents;
    }

    /** The longest that a packet of ours was sent after it was due: the generator's own fault. */
    double latestMs() {
        return latestNs / 1e6;
    }

    private boolean step(long nowNs) throws IOException {
        boolean worked = callers.receiveSip(this::take);
        worked = agents.receiveSip(this::take) || worked;
        worked = receive(callers) || worked;
        worked = receive(agents) || worked;
        for (int i = 0; i < BATCH && isDue(nowNs); i++) {
            talk(talking.removeFirst(), nowNs);
            worked = true;
        }
        giveUp(nowNs);
        return worked;
    }

    private static boolean receive(LoadSide side) throws IOException {
        int taken = 0;
        while (taken < BATCH && side.receiveRtp()) {
            taken++;
        }
        return taken > 0;
    }

    private boolean isDue(long nowNs) {
        return media && !talking.isEmpty() && talking.getFirst().dueNs() - nowNs <= 0;
    }

    private void talk(LoadLeg leg, long nowNs) throws IOException {
        Optional<InetSocketAddress> remote = leg.remote();
        if (remote.isEmpty()) {
            return; // over: out of the round
        }
        leg.side().sendRtp(leg, remote.get(), System.nanoTime());
        latestNs = Math.max(latestNs, nowNs - leg.dueNs());
        leg.dueNs(leg.dueNs() + PERIOD_NS);
        talking.addLast(leg);
    }

    /** Lets the streams take turns over 20 ms, as those of strangers do. */
    private void spread(long nowNs) {
        int i = 0;
        for (LoadLeg leg : talking) {
            leg.dueNs(nowNs + PERIOD_NS * i++ / talking.size());
        }
    }

    private static void rest(boolean worked) {
        if (!worked) {
            LockSupport.parkNanos(IDLE_NS);
        }
    }

    private void invite(long nowNs) throws IOException {
        int call = numbered++;
        SipDialog dialog = SipDialog.calling(
                callers.sipAddress(),
                target,
                "+441632960000",
                CALLED + String.format(Locale.ROOT, "%03d", call % MOST_LINES));
        AudioSdp offer = new AudioSdp(
                callers.rtpAddress(),
                List.of(lines.map(each -> each.law(call)).orElse(G711.PCMU)),
                OptionalInt.of(AudioSdp.TELEPHONE_EVENT),
                Optional.empty());
        LoadLeg leg = new LoadLeg(callers, dialog, offer, nowNs);
        lines.ifPresent(each -> leg.speaksBy(each.mouth(call, dialog.callId())));
        callers.add(leg);
        calls.add(leg);
        callers.send(dialog.invite(offer.encode()), target);
    }

    private void take(LoadSide side, SipMessage message, InetSocketAddress from) throws IOException {
        if (message.isRequest()) {
            request(side, message, from);
        } else {
            Optional<LoadLeg> leg = side.leg(message.callId());
            if (leg.isPresent()) {
                response(leg.get(), message);
            }
        }
    }

    private void request(LoadSide side, SipMessage message, InetSocketAddress from) throws IOException {
        Optional<LoadLeg> known = side.leg(message.callId());
        switch (message.method()) {
            case "INVITE" -> {
                Optional<AudioSdp> offer = AudioSdp.read(message.body());
                if (known.isPresent()) { // ours were lost or are on the way: who sends INVITE again gets no help here
                    side.cameAgain();
                } else if (offer.isPresent()) {
                    answer(side, message, offer.get(), from);
                }
            }
            case "BYE" -> {
                SipDialog dialog =
                        known.map(LoadLeg::dialog).orElse(SipDialog.called(side.sipAddress(), from, message));
                side.send(dialog.reply(message, 200, "OK", NO_BODY), from);
                known.ifPresentOrElse(this::over, side::cameAgain);
            }
            default -> {} // ACK: heard by the answer not coming again
        }
    }

    private void answer(LoadSide side, SipMessage message, AudioSdp offer, InetSocketAddress from) throws IOException {
        SipDialog dialog = SipDialog.called(side.sipAddress(), from, message);
        LoadLeg leg = new LoadLeg(side, dialog, AudioSdp.answering(offer, side.rtpAddress()), System.nanoTime());
        side.add(leg);
        Matcher called = NUMBER.matcher(message.startLine());
        if (called.find()) {
            int call = Integer.parseInt(called.group(1));
            lines.ifPresent(each -> leg.hearsBy(each.ear(call)));
            lines.ifPresent(each -> leg.speaksBy(each.answer(call)));
        }
        leg.connect(offer);
        leg.move(LoadLeg.State.UP);
        side.send(dialog.reply(message, 180, "Ringing", NO_BODY), from);
        side.send(dialog.reply(message, 200, "OK", leg.ours().encode()), from);
        join(leg);
    }

    private void response(LoadLeg leg, SipMessage message) throws IOException {
        if (message.method().equals("BYE") && message.status() >= 200) {
            over(leg);
        } else if (message.method().equals("INVITE") && message.status() >= 300) {
            leg.side().send(leg.dialog().ack(message), leg.dialog().destination());
            fail(leg);
        } else if (message.method().equals("INVITE") && message.status() >= 200) {
            if (leg.ack().isEmpty()) {
                setups.add(System.nanoTime() - leg.startNs());
                leg.dialog().establish(message);
                leg.ack(leg.dialog().ack(message));
                leg.move(LoadLeg.State.UP);
                AudioSdp.read(message.body()).ifPresent(leg::connect);
                join(leg);
            } else {
                leg.side().cameAgain();
            }
            leg.side().send(leg.ack().orElseThrow(), leg.dialog().destination());
        }
    }

    private void join(LoadLeg leg) {
        if (media) { // else nobody ever takes it out again
            leg.dueNs(System.nanoTime());
            talking.addFirst(leg);
        }
    }

    private void endOlderThan(long thresholdNs) throws IOException {
        for (LoadLeg call : calls) {
            if (call.startNs() - thresholdNs > 0) {
                return; // and all behind it: they are in the order of their start
            }
            bye(call);
        }
    }

    private static void bye(LoadLeg call) throws IOException {
        if (call.state() == LoadLeg.State.UP) {
            call.move(LoadLeg.State.ENDING);
            call.side().send(call.dialog().next("BYE"), call.dialog().destination());
        }
    }

    private void over(LoadLeg leg) {
        leg.move(LoadLeg.State.OVER);
        leg.close();
        leg.side().remove(leg);
        calls.remove(leg);
    }

    private void fail(LoadLeg leg) {
        failed++;
        over(leg);
        leg.move(LoadLeg.State.FAILED);
    }

    private void giveUp(long nowNs) {
        if (calls.isEmpty()) {
            return;
        }
        LoadLeg oldest = calls.getFirst();
        if (oldest.state() != LoadLeg.State.UP && nowNs - oldest.movedNs() > givenUpNs) {
            fail(oldest);
        }
    }

    @Override
    public void close() throws IOException {
        callers.close();
        agents.close();
    }
}
