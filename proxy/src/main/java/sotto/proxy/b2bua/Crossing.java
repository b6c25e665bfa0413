package sotto.proxy.b2bua;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sotto.media.packet.Side;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.sip.SipCall;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipResponses;
import sotto.proxy.sip.Unreachable;
import sotto.proxy.sip.info.KeyBody;

/**
 * An INFO (RFC 6086) or MESSAGE (RFC 3428) from one leg to the other, where the policies of both peers let it pass, and its
 * answer back; but for the caller's keys, which end here. Runs on the call's queue. Other bodies are not looked into, and
 * none is kept.
 *
 * <pre>
 *  request                                    does
 *  INFO of the caller with a key,
 *      while secure-pay is on                 200, and the key goes to the media plane, whatever the policies; see {@link
 *                                             KeyBody}. 400 where none can be read
 *  neither peer's policy lets it              405
 *  while secure-pay is on                     488, whatever is in it: it may be a card number
 *  INFO of a package                          469: we know none (RFC 6086 §4.2.2)
 *  a body of a type that does not pass        415; keys (application/dtmf-relay …) never do, see PolicyReader
 *  a body above 1,300 octets                  513
 *  else                                       the same to the other leg, without its headers; its status back
 * </pre>
 */
record Crossing(Call call, SipRequest request) implements SipResponses {
    /** RFC 3428 §8: what fits a datagram with headers. */
    static final int MOST_BYTES = 1300;

    static final Set<String> TEXT = Set.of("text/plain"); // others may name hosts

    private static final byte[] NOTHING = {};

    static void take(Call call, Leg from, SipRequest request) {
        if (isOfKeys(from, request) && call.isMasked()) {
            press(call, request);
            return;
        }
        Leg to = call.legs().other(from);
        Optional<Refusals.Refusal> refusal = refusal(call, from, to, request);
        if (refusal.isPresent()) {
            refuse(call, request, refusal.get());
            return;
        }
        Map<String, String> headers =
                request.body().isPresent() ? Map.of("Content-Type", request.bodyType()) : Map.of();
        int hops = request.maxForwards().orElse(SipCall.MAX_FORWARDS + 1) - 1;
        try {
            call.send(to, new SipCall(request.method(), request.body(), hops, headers), new Crossing(call, request));
        } catch (Unreachable e) {
            call.send(request, SipReply.of(503));
        }
    }

    private static void refuse(Call call, SipRequest request, Refusals.Refusal refusal) {
        call.services.listener().refused(refusal.cause(), refusal.reply().status());
        call.send(request, refusal.reply());
    }

    /** True for what a caller's phone sends for a key; an agent's is nothing to a payment. */
    private static boolean isOfKeys(Leg from, SipRequest request) {
        return from.side == Side.CALLER
                && request.method().equals("INFO")
                && KeyBody.TYPES.contains(request.bodyType());
    }

    /** Sent again, it does not come here: its transaction answers, and a number of the dialog is taken once. */
    private static void press(Call call, SipRequest request) {
        int press = KeyBody.press(request.bodyType(), request.body().orElse(NOTHING)); // wiped from here on
        Optional<Refusals.Refusal> refusal = ofKeys(request);
        if (refusal.isEmpty() && press == KeyBody.NO_KEY) {
            refusal = Optional.of(Refusals.noKey());
        }
        if (refusal.isPresent()) {
            refuse(call, request, refusal.get());
            return;
        }
        call.openedMedia().press(KeyBody.key(press), KeyBody.durationMs(press));
        call.send(request, SipReply.of(200));
    }

    /** What is wrong with an INFO of a key, but for its body. */
    private static Optional<Refusals.Refusal> ofKeys(SipRequest request) {
        if (request.header("Info-Package").isPresent()) {
            return refused(SipReply.of(469));
        }
        return request.header("Content-Encoding").isPresent()
                ? refused(SipReply.of(415).with("Accept-Encoding", "identity"))
                : Refusals.ofAny(request);
    }

    private static Optional<Refusals.Refusal> refusal(Call call, Leg from, Leg to, SipRequest request) {
        PeerPolicy.Requests here = from.peer.settings().policy().requests();
        PeerPolicy.Requests there = to.peer.settings().policy().requests();
        boolean isInfo = request.method().equals("INFO");
        if (isInfo ? here.infoTypes().isEmpty() && !isOfKeys(from, request) : !here.messages()) {
            return Optional.of(new Refusals.Refusal("message-refused", Refusals.methodNotAllowed(from.peer)));
        }
        if (!call.isAnswered()) {
            return refused(SipReply.of(491));
        }
        if (call.isMasked()) {
            return Optional.of(Refusals.masked());
        }
        if (!isInfo && !there.messages()) {
            return refused(SipReply.of(403));
        }
        if (isInfo && request.header("Info-Package").isPresent()) {
            return refused(SipReply.of(469));
        }
        return isInfo ? ofBody(request, taken(from), there.infoTypes()) : ofBody(request, TEXT, TEXT);
    }

    /** Bodies of INFO that a leg may have at all; those of keys are named, so that its phone goes on with them. */
    private static Set<String> taken(Leg from) {
        Set<String> passing = from.peer.settings().policy().requests().infoTypes();
        return from.side == Side.CALLER
                ? Stream.concat(passing.stream(), KeyBody.TYPES.stream()).collect(Collectors.toUnmodifiableSet())
                : passing;
    }

    private static Optional<Refusals.Refusal> refused(SipReply reply) {
        return Optional.of(new Refusals.Refusal("message-refused", reply));
    }

    /** What is wrong with a request for its hops, its Require, or its body. */
    static Optional<Refusals.Refusal> ofBody(SipRequest request, Set<String> here, Set<String> there) {
        if (request.maxForwards().orElse(1) == 0) {
            return Optional.of(new Refusals.Refusal("too-many-hops", SipReply.of(483)));
        }
        Optional<Refusals.Refusal> any = Refusals.ofAny(request);
        if (any.isPresent() || request.body().isEmpty()) {
            return any;
        }
        if (!here.contains(request.bodyType())
                || !there.contains(request.bodyType())
                || request.header("Content-Encoding").isPresent()) {
            String accept = String.join(", ", here.stream().sorted().toList());
            return refused(SipReply.of(415).with("Accept", accept));
        }
        return request.body().get().length > MOST_BYTES ? refused(SipReply.of(513)) : Optional.empty();
    }

    @Override
    public void response(SipResponse response) {
        if (response.isFinal()) {
            call.send(request, SipReply.of(response.isSuccess() ? 200 : StatusMap.toCaller(response.status())));
        }
    }

    @Override
    public void failed(Failure failure) {
        call.send(request, SipReply.of(failure == Failure.TIMEOUT ? 408 : 503));
    }
}
