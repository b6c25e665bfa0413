package sotto.proxy.trunk;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import sotto.proxy.sip.SipCall;
import sotto.proxy.sip.SipDialog;
import sotto.proxy.sip.SipEndpoint;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipResponses;
import sotto.proxy.sip.Unreachable;

/**
 * One MESSAGE outside of any call, on its way (RFC 3428 §7): routed like a call, tried at one peer after the other. Used by
 * one thread at a time, those of the stack.
 *
 * <pre>
 *  the peer that is tried                    then
 *  takes no messages, or is at its limits    the next; after the last 403, 503
 *  2xx                                       200 back
 *  a status of its fail-over-on, or none     the next; after the last that status, 408 or 503
 *  another status                            that status back
 * </pre>
 *
 * <p>While it is under way it counts as a call of both peers, so that their limits hold for messages too.
 */
public final class Pager implements SipResponses {
    private final SipEndpoint sip;
    private final SipRequest message;
    private final Peer from;
    private final Passage passage;
    private final Queue<Hop> left = new ArrayDeque<>();
    private final Ways ways;
    private Optional<Peer> tried = Optional.empty();

    /**
     * How messages are treated.
     *
     * @param status what the sender is told of a status
     * @param failed told of each peer that could not be reached
     */
    public record Ways(Router router, IntUnaryOperator status, Consumer<String> failed) {}

    private Pager(SipEndpoint sip, SipRequest message, Peer from, Ways ways) {
        this.sip = sip;
        this.message = message;
        this.from = from;
        this.ways = ways;
        this.passage = new Passage(from, message);
    }

    /** Sends it on; {@code from} gave room for it. */
    public static void send(SipEndpoint sip, SipRequest message, Peer from, Ways ways) {
        Pager pager = new Pager(sip, message, from, ways);
        ThreadLocalRandom lot = ThreadLocalRandom.current();
        Router.Way way = ways.router.way(from, pager.passage.called(), ZonedDateTime.now(ZoneOffset.UTC), lot);
        pager.left.addAll(Hop.of(way.to(), message.isSips(), lot));
        pager.next(!pager.left.isEmpty() ? 403 : message.isSips() ? 480 : 404);
    }

    private void next(int elseStatus) {
        int status = elseStatus;
        tried.ifPresent(Peer::leave);
        tried = Optional.empty();
        for (Hop hop = left.poll(); hop != null; hop = left.poll()) {
            Peer peer = hop.peer();
            if (!peer.settings().policy().requests().messages()) {
                continue;
            }
            if (!peer.enter(System.nanoTime())) {
                status = 503;
                continue;
            }
            tried = Optional.of(peer);
            try {
                send(hop);
                return;
            } catch (Unreachable e) {
                ways.failed.accept("peer-unreachable");
                peer.leave();
                tried = Optional.empty();
                status = 503;
            }
        }
        finish(status);
    }

    private void send(Hop hop) throws Unreachable {
        Passage.Outgoing outgoing = passage.to(hop.peer());
        SipDialog dialog =
                sip.calling(hop.destination(outgoing.called(), message.isSips()), outgoing.from(), outgoing.to());
        dialog.answersAs(hop.peer().user());
        int hops = message.maxForwards().orElse(SipCall.MAX_FORWARDS + 1) - 1;
        Map<String, String> headers =
                message.body().isPresent() ? Map.of("Content-Type", message.bodyType()) : Map.of();
        sip.send(dialog, new SipCall("MESSAGE", message.body(), hops, headers, outgoing.headers()), this);
    }

    private void finish(int status) {
        tried.ifPresent(Peer::leave);
        tried = Optional.empty();
        from.leave();
        try {
            message.reply(SipReply.of(status));
        } catch (Unreachable e) {
            ways.failed.accept("peer-unreachable");
        }
    }

    @Override
    public void response(SipResponse response) {
        if (!response.isFinal()) {
            return;
        }
        boolean elsewhere = tried.isPresent()
                && tried.get().settings().failOver().statuses().contains(response.status());
        int status = response.isSuccess() ? 200 : ways.status.applyAsInt(response.status());
        if (elsewhere) {
            next(status);
        } else {
            finish(status);
        }
    }

    @Override
    public void failed(Failure failure) {
        ways.failed.accept("peer-unreachable");
        next(failure == Failure.TIMEOUT ? 408 : 503);
    }
}
