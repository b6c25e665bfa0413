package sotto.perf.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sotto.media.srtp.SrtpSuite;
import sotto.perf.run.Ports;
import sotto.proxy.demo.SipDialog;
import sotto.proxy.demo.SipMessage;

/**
 * Both sides of calls through a SIP proxy, each with RTP addresses of its own; sets them up and leaves them up. The call's
 * number is in the caller's, so that the two sides find together. One thread.
 */
final class SipCalls implements AutoCloseable {
    private static final byte[] NO_BODY = {};
    private static final int MOST_BYTES = 8192;
    private static final int AT_ONCE = 8;
    private static final long GIVEN_UP_NS = 20_000_000_000L;
    private static final long IDLE_NS = 50_000;
    private static final int NUMBER_DIGITS = 6;
    private static final Pattern NUMBER = Pattern.compile("\\+441632(\\d{" + NUMBER_DIGITS + "})");

    private final Traffic traffic;
    private final Optional<SrtpSuite> suite;
    private final DatagramChannel caller;
    private final DatagramChannel agent;
    private final ByteBuffer buffer = ByteBuffer.allocate(MOST_BYTES);
    private final Map<String, Calling> byCallId = new HashMap<>();
    private final Map<String, SipMessage> answers = new HashMap<>(); // by Call-ID, sent again where asked again
    private final Map<Integer, LegEnd> callerEnds = new HashMap<>();
    private final Map<Integer, LegEnd> agentEnds = new HashMap<>();
    private int pending;

    private static final class Calling {
        private final int number;
        private final SipDialog dialog;
        private final long startNs = System.nanoTime();
        private @Nullable SipMessage ack;

        Calling(int number, SipDialog dialog) {
            this.number = number;
            this.dialog = dialog;
        }
    }

    /** @param suite that the called side takes; empty for plain RTP */
    SipCalls(Traffic traffic, Optional<SrtpSuite> suite) throws IOException {
        this.traffic = traffic;
        this.suite = suite;
        caller = Ports.open();
        agent = Ports.open();
    }

    InetSocketAddress callerAddress() throws IOException {
        return (InetSocketAddress) caller.getLocalAddress();
    }

    InetSocketAddress agentAddress() throws IOException {
        return (InetSocketAddress) agent.getLocalAddress();
    }

    /**
     * Sets calls up.
     *
     * @param through the proxy
     * @param firstCall number of the first one
     * @throws IOException where one is refused or not answered
     */
    void raise(InetSocketAddress through, int firstCall, int count, double perSecond) throws IOException {
        long startNs = System.nanoTime();
        int placed = 0;
        while (placed < count || pending > 0) {
            boolean worked = take(caller);
            worked = take(agent) || worked;
            if (placed < count && pending < AT_ONCE && System.nanoTime() - startNs >= placed * 1e9 / perSecond) {
                invite(through, firstCall + placed++);
                worked = true;
            }
            if (!worked) {
                giveUp();
                LockSupport.parkNanos(IDLE_NS);
            }
        }
    }

    /** What was settled for a call that is up. */
    CallEnds ends(int call) throws IOException {
        LegEnd callerEnd = callerEnds.get(call);
        LegEnd agentEnd = agentEnds.get(call);
        if (callerEnd == null || agentEnd == null) {
            throw new IOException("call " + call + " has one side only");
        }
        return new CallEnds(callerEnd, agentEnd);
    }

    private void invite(InetSocketAddress through, int call) throws IOException {
        String from = ("+441632%0" + NUMBER_DIGITS + "d").formatted(call);
        SipDialog dialog = SipDialog.calling(callerAddress(), through, from, "+441632960123");
        byCallId.put(dialog.callId(), new Calling(call, dialog));
        pending++;
        send(caller, dialog.invite(AudioText.octets(AudioText.offer(traffic.callerAddress(call)))), through);
    }

    private void giveUp() throws IOException {
        for (Calling calling : byCallId.values()) {
            if (calling.ack == null && System.nanoTime() - calling.startNs > GIVEN_UP_NS) {
                throw new IOException("call " + calling.number + " is not answered");
            }
        }
    }

    private boolean take(DatagramChannel at) throws IOException {
        buffer.clear();
        InetSocketAddress from = (InetSocketAddress) at.receive(buffer);
        if (from == null) {
            return false;
        }
        Optional<SipMessage> message = SipMessage.parse(buffer.array(), buffer.position());
        if (message.isPresent()) {
            if (message.get().isRequest()) {
                request(at, message.get(), from);
            } else {
                response(message.get());
            }
        }
        return true;
    }

    private void request(DatagramChannel at, SipMessage request, InetSocketAddress from) throws IOException {
        SipMessage before = answers.get(request.callId());
        if (request.method().equals("INVITE") && before != null) {
            send(at, before, from);
        } else if (request.method().equals("INVITE")) {
            SipDialog dialog = SipDialog.called(agentAddress(), from, request);
            Matcher number = NUMBER.matcher(request.header("From").orElse(""));
            if (!number.find()) {
                throw new IOException("the proxy hides who calls: " + request.header("From"));
            }
            int call = Integer.parseInt(number.group(1));
            AudioText.Answer answer =
                    AudioText.answer(AudioText.text(request.body()), traffic.agentAddress(call), suite);
            SipMessage ok = dialog.reply(request, 200, "OK", AudioText.octets(answer.text()));
            answers.put(request.callId(), ok);
            agentEnds.put(call, answer.leg());
            send(at, ok, from);
        } else if (!request.method().equals("ACK")) { // OPTIONS, or the end of a call that the relay gave up
            send(at, SipDialog.called(agentAddress(), from, request).reply(request, 200, "OK", NO_BODY), from);
        }
    }

    private void response(SipMessage response) throws IOException {
        Calling calling = byCallId.get(response.callId());
        if (calling == null || response.status() < 200) {
            return;
        }
        if (response.status() >= 300) {
            throw new IOException("call " + calling.number + " is refused: " + response.startLine());
        }
        if (calling.ack == null) {
            calling.dialog.establish(response);
            calling.ack = calling.dialog.ack(response);
            callerEnds.put(calling.number, LegEnd.plain(AudioText.rtp(AudioText.text(response.body()))));
            pending--;
        }
        send(caller, calling.ack, calling.dialog.destination());
    }

    private static void send(DatagramChannel from, SipMessage message, InetSocketAddress to) throws IOException {
        from.send(ByteBuffer.wrap(message.encode()), to);
    }

    @Override
    public void close() throws IOException {
        caller.close();
        agent.close();
    }
}
