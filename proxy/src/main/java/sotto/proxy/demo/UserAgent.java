package sotto.proxy.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A telephone: calls, or is called, once; SIP over UDP and G.711 over RTP or SRTP. Thread-safe; a thread of its own
 * reads the socket and sends again what was not answered (RFC 3261 §17.1, §13.3.1.4).
 *
 * <pre>
 *  caller   IDLE  -INVITE->  CALLING  <-180-  RINGING  <-200- -ACK->  ANSWERED  -BYE or <-BYE  ENDED
 *  called   IDLE  <-INVITE -180->             RINGING  -200-> <-ACK-  ANSWERED                 ENDED
 * </pre>
 */
public final class UserAgent implements AutoCloseable {
    /** Where the call stands; only ever moves on. */
    public enum State {
        IDLE,
        CALLING,
        RINGING,
        ANSWERED,
        ENDED
    }

    /**
     * What kind of telephone.
     *
     * @param address it binds to
     * @param srtp whether it offers SDES; where it is called, the offer decides
     * @param answerAfter how long it rings
     */
    public record Profile(InetAddress address, Voice voice, List<G711> codecs, boolean srtp, Duration answerAfter) {}

    private static final int MOST_BYTES = 65_535;
    private static final byte[] NO_BODY = {};

    private final Profile profile;
    private final DatagramChannel sip;
    private final Selector selector;
    private final AudioEnd audio;
    private final Thread thread;

    private State state = State.IDLE;
    private @Nullable SipDialog dialog;
    private @Nullable SipMessage invite; // the one we answer
    private @Nullable SipMessage lastAck;
    private @Nullable AudioSdp ours;
    private @Nullable AudioSdp theirs;
    private @Nullable Resend request; // of ours, not answered yet
    private @Nullable Resend response; // our 2xx, not acknowledged yet
    private long invitedNs;
    private long answeredNs;
    private long answerAtNs = Long.MAX_VALUE;
    private int finalStatus;

    private UserAgent(Profile profile, DatagramChannel sip, Selector selector, AudioEnd audio) {
        this.profile = profile;
        this.sip = sip;
        this.selector = selector;
        this.audio = audio;
        this.thread = Thread.ofPlatform().name("agent-sip").daemon().unstarted(this::run);
    }

    /** Binds free ports; takes a call from now on. */
    public static UserAgent open(Profile profile) throws IOException {
        DatagramChannel sip = DatagramChannel.open().bind(new InetSocketAddress(profile.address, 0));
        sip.configureBlocking(false);
        Selector selector = Selector.open();
        sip.register(selector, SelectionKey.OP_READ);
        UserAgent agent = new UserAgent(profile, sip, selector, AudioEnd.open(profile.address, profile.voice));
        agent.thread.start();
        return agent;
    }

    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) sip.getLocalAddress();
    }

    /** Sends an INVITE. */
    public synchronized void call(InetSocketAddress to, String fromUser, String toUser) throws IOException {
        dialog = SipDialog.calling(address(), to, fromUser, toUser);
        ours = new AudioSdp(
                audio.address(),
                profile.codecs,
                OptionalInt.of(AudioSdp.TELEPHONE_EVENT),
                profile.srtp ? Optional.of(AudioSdp.Crypto.fresh(1)) : Optional.empty());
        invitedNs = System.nanoTime();
        move(State.CALLING);
        request = new Resend(dialog.invite(ours.encode()), to, false);
        request.send(sip);
        selector.wakeup();
    }

    /** Ends the call: CANCEL before the answer, BYE after; nothing where it is over. */
    public synchronized void hangUp() throws IOException {
        SipDialog open = dialog;
        if (open == null || state == State.ENDED) {
            return;
        }
        if (state == State.ANSWERED) {
            request = new Resend(open.next("BYE"), open.destination(), true);
            request.send(sip);
            move(State.ENDED);
        } else if (invite == null) { // ours rings: the INVITE is answered with 487, which ends it
            request = new Resend(open.cancel(), open.destination(), true);
            request.send(sip);
        } else {
            refuse(486, "Busy Here");
        }
        selector.wakeup();
    }

    /** Waits until the call is there or further; false where it is not in time. */
    public synchronized boolean await(State wanted, Duration atMost) throws InterruptedException {
        long endNs = System.nanoTime() + atMost.toNanos();
        while (state.compareTo(wanted) < 0) {
            long leftMs = (endNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }

    public synchronized State state() {
        return state;
    }

    /** Of an INVITE that was refused, or 200; 408 where no answer came, 0 before. */
    public synchronized int finalStatus() {
        return finalStatus;
    }

    /** From INVITE to answer, on the calling side. */
    public synchronized Duration setup() {
        return Duration.ofNanos(answeredNs - invitedNs);
    }

    /** SIP Call-ID of this side; empty before the call. */
    public synchronized String callId() {
        return dialog == null ? "" : dialog.callId();
    }

    /** What was settled, such as {@code PCMA, SRTP AES_CM_128_HMAC_SHA1_80}. */
    public synchronized String media() {
        AudioSdp peer = theirs;
        return peer == null
                ? "none"
                : peer.codecs().getFirst()
                        + peer.crypto()
                                .map(key -> ", SRTP AES_CM_128_HMAC_SHA1_80")
                                .orElse(", plain RTP");
    }

    AudioEnd audio() {
        return audio;
    }

    @Override
    public void close() throws IOException {
        audio.close();
        selector.close();
        sip.close();
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocate(MOST_BYTES);
        try {
            while (selector.isOpen()) {
                selector.select(untilNext());
                selector.selectedKeys().clear();
                due();
                buffer.clear();
                for (InetSocketAddress from = receive(buffer); from != null; from = receive(buffer)) {
                    Optional<SipMessage> message = SipMessage.parse(buffer.array(), buffer.position());
                    if (message.isPresent()) {
                        take(message.get(), from);
                    }
                    buffer.clear();
                }
            }
        } catch (ClosedSelectorException e) {
            moveTo(State.ENDED); // closed by us
        } catch (IOException e) {
            moveTo(State.ENDED);
        }
    }

    private @Nullable InetSocketAddress receive(ByteBuffer buffer) throws IOException {
        return (InetSocketAddress) sip.receive(buffer);
    }

    private synchronized long untilNext() {
        long next = answerAtNs;
        for (Resend resend : new @Nullable Resend[] {request, response}) {
            next = resend == null ? next : Math.min(next, resend.dueNs());
        }
        return next == Long.MAX_VALUE ? 0 : Math.max(1, (next - System.nanoTime()) / 1_000_000);
    }

    private synchronized void due() throws IOException {
        long nowNs = System.nanoTime();
        if (answerAtNs - nowNs <= 0) {
            answer();
        }
        if (response != null && !response.again(sip, nowNs)) {
            response = null;
        }
        if (request != null && !request.again(sip, nowNs)) {
            request = null;
            finalStatus = 408; // RFC 3261 §8.1.3.1: a time-out is treated as 408
            move(State.ENDED);
        }
    }

    private synchronized void take(SipMessage message, InetSocketAddress from) throws IOException {
        if (dialog != null && !message.callId().equals(dialog.callId())) {
            if (message.method().equals("INVITE") && message.isRequest()) {
                send(SipDialog.called(address(), from, message).reply(message, 486, "Busy Here", NO_BODY), from);
            }
        } else if (message.isRequest()) {
            takeRequest(message, from);
        } else {
            takeResponse(message);
        }
    }

    private void takeRequest(SipMessage message, InetSocketAddress from) throws IOException {
        SipDialog now = dialog == null ? SipDialog.called(address(), from, message) : dialog;
        switch (message.method()) {
            case "INVITE" -> takeInvite(message, from, now);
            case "ACK" -> response = null;
            case "BYE" -> {
                send(now.reply(message, 200, "OK", NO_BODY), from);
                move(State.ENDED);
            }
            case "CANCEL" -> {
                send(now.reply(message, 200, "OK", NO_BODY), from);
                if (state.compareTo(State.ANSWERED) < 0) {
                    refuse(487, "Request Terminated");
                }
            }
            case "OPTIONS" -> send(now.reply(message, 200, "OK", NO_BODY), from);
            default -> send(now.reply(message, 405, "Method Not Allowed", NO_BODY), from);
        }
    }

    private void takeInvite(SipMessage message, InetSocketAddress from, SipDialog now) throws IOException {
        Optional<AudioSdp> offer = AudioSdp.read(message.body());
        if (offer.isEmpty()) {
            send(now.reply(message, 488, "Not Acceptable Here", NO_BODY), from);
            return;
        }
        if (state == State.ANSWERED && ours != null) { // within the dialog: the same answer, perhaps to another address
            theirs = offer.get();
            audio.connect(ours, theirs);
            response = new Resend(now.reply(message, 200, "OK", ours.encode()), from, true);
            response.send(sip);
            return;
        }
        dialog = now;
        theirs = offer.get();
        if (invite == null) {
            answerAtNs = System.nanoTime() + profile.answerAfter.toNanos();
            ours = AudioSdp.answering(offer.get(), audio.address());
        }
        invite = message;
        send(now.reply(message, 180, "Ringing", NO_BODY), from);
        move(State.RINGING);
    }

    private void answer() throws IOException {
        answerAtNs = Long.MAX_VALUE;
        if (dialog == null || invite == null || ours == null || theirs == null) {
            return;
        }
        audio.connect(ours, theirs);
        response = new Resend(dialog.reply(invite, 200, "OK", ours.encode()), replyAddress(), true);
        response.send(sip);
        finalStatus = 200;
        answeredNs = System.nanoTime();
        move(State.ANSWERED);
    }

    private void refuse(int status, String reason) throws IOException {
        answerAtNs = Long.MAX_VALUE;
        if (dialog != null && invite != null) {
            send(dialog.reply(invite, status, reason, NO_BODY), replyAddress());
        }
        finalStatus = status;
        move(State.ENDED);
    }

    private InetSocketAddress replyAddress() {
        return dialog == null ? new InetSocketAddress(profile.address, 0) : dialog.peer();
    }

    private void takeResponse(SipMessage message) throws IOException {
        SipDialog now = dialog;
        if (now == null) {
            return;
        }
        if (!message.method().equals("INVITE")) {
            request = message.status() < 200 ? request : null;
            return;
        }
        if (message.status() < 200) {
            if (state.compareTo(State.RINGING) <= 0) {
                request = null; // §17.1.1.2: a provisional response ends the resending
                move(message.status() > 100 ? State.RINGING : State.CALLING);
            }
        } else if (message.status() < 300) {
            takeAnswer(message, now);
        } else {
            send(now.ack(message), now.destination());
            request = null;
            finalStatus = finalStatus == 0 ? message.status() : finalStatus;
            move(State.ENDED);
        }
    }

    private void takeAnswer(SipMessage message, SipDialog now) throws IOException {
        if (lastAck != null) {
            send(lastAck, now.destination()); // §13.2.2.4: our ACK was lost
            return;
        }
        answeredNs = System.nanoTime();
        request = null;
        now.establish(message);
        lastAck = now.ack(message);
        send(lastAck, now.destination());
        finalStatus = message.status();
        Optional<AudioSdp> answer = AudioSdp.read(message.body());
        if (answer.isEmpty() || ours == null) {
            hangUp();
            return;
        }
        theirs = answer.get();
        audio.connect(ours, theirs);
        move(State.ANSWERED);
    }

    private void send(SipMessage message, InetSocketAddress to) throws IOException {
        sip.send(ByteBuffer.wrap(message.encode()), to);
    }

    private synchronized void moveTo(State next) {
        move(next);
    }

    private void move(State next) {
        if (next.compareTo(state) > 0) {
            state = next;
            notifyAll();
        }
    }
}
