package sotto.proxy.b2bua;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.location.LocationService;
import sotto.proxy.sip.SipEvents;
import sotto.proxy.sip.SipReply;
import sotto.proxy.sip.SipRequest;
import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipTransport;
import sotto.proxy.sip.Unreachable;
import sotto.proxy.sip.screen.Defect;
import sotto.proxy.trunk.Pager;
import sotto.proxy.trunk.Peer;
import sotto.proxy.trunk.Peers;

/**
 * Brings each message to the queue of its call, and answers what belongs to none. Called on the stack's threads, never
 * blocks on a call.
 *
 * <pre>
 *  request                      of                    answer
 *  malformed                    a peer                400, 414, 501, 505, 513, no state kept
 *  malformed                    a stranger            nothing
 *  INVITE, OPTIONS, any other   a stranger            403, no state kept
 *  any, in a dialog or not      a peer, by a realm    403, no state kept; nothing to an ACK
 *                               that is not its own
 *  INVITE                       a stranger            401, where a peer is known by its password alone
 *  INVITE                       a peer                100, and a call; 503 while draining, under overload, above maxCalls or the peer's limits
 *  INVITE without credentials   one that needs them   401, no state kept (§22.1)
 *  INVITE, seen by another way  a peer                482 (RFC 3261 §8.2.2.2)
 *  OPTIONS                      a peer                200; 416, 420; 503 while draining
 *  REGISTER                     where phones may be   {@link LocationService}
 *  INVITE                       a registered phone    as a peer's; it goes to its PBX
 *  INVITE of a token            the PBX               the same; it goes to the phone. 404, 480, 430 without one
 *  REGISTER, SUBSCRIBE, …       a peer                405
 *  method that nobody knows     a peer                501
 *  CANCEL without its INVITE    anybody               481
 *  any with an unknown To tag   anybody               481; an ACK is dropped
 * </pre>
 */
final class Dispatcher implements SipEvents {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 12;
    private static final Set<String> KNOWN = Set.of(
            "INVITE",
            "ACK",
            "CANCEL",
            "BYE",
            "OPTIONS",
            "REGISTER",
            "SUBSCRIBE",
            "NOTIFY",
            "PUBLISH",
            "INFO",
            "REFER",
            "MESSAGE",
            "UPDATE",
            "PRACK");

    private final Peers peers;
    private final CallTable table;
    private final Calls.Setting setting;
    private final SourceGuard guard;
    private final BooleanSupplier draining;
    private volatile @Nullable CallServices services;

    Dispatcher(Peers peers, CallTable table, Calls.Setting setting, SourceGuard guard, BooleanSupplier draining) {
        this.peers = peers;
        this.table = table;
        this.setting = setting;
        this.guard = guard;
        this.draining = draining;
    }

    void open(CallServices complete) {
        services = complete;
    }

    static boolean isKnown(String method) {
        return KNOWN.contains(method);
    }

    @Override
    public void request(SipRequest request) {
        CallServices ready = services;
        if (ready == null) {
            return; // still starting: the peer sends it again
        }
        if (request.defect().isPresent()) {
            malformed(request, request.defect().get());
        } else if (!request.toTag().isEmpty()) {
            inDialog(request);
        } else if (request.method().equals("CANCEL")) {
            cancel(request);
        } else if (!request.method().equals("ACK")) {
            outside(ready, request);
        }
    }

    private void inDialog(SipRequest request) {
        Leg leg = table.leg(request.toTag());
        if (leg != null && !leg.dialog.realm().equals(request.realm())) {
            elsewhere(request);
            return;
        }
        if (leg != null) {
            guard.proved(request.address(), request.receivedNs()); // it knows our tag
        }
        if (request.method().equals("ACK")) {
            if (leg != null) {
                leg.call.queue().execute(() -> leg.call.acks().acknowledged(leg, request));
            }
            return;
        }
        if (leg == null) {
            reply(request, SipReply.of(481));
            return;
        }
        if (!request.accept()) {
            return;
        }
        if (request.method().equals("INVITE")) {
            reply(request, SipReply.of(100));
        }
        leg.call.queue().execute(() -> {
            if (request.method().equals("CANCEL")) {
                leg.call.cancelled(request);
            } else {
                leg.call.inDialog(leg, request);
            }
        });
    }

    private void cancel(SipRequest request) {
        Call call = table.invited(CallTable.inviteKey(request));
        if (call == null || !request.accept()) {
            reply(request, SipReply.of(481));
            return;
        }
        call.queue().execute(() -> call.cancelled(request));
    }

    private void outside(CallServices ready, SipRequest request) {
        Optional<LocationService> location = ready.location();
        if (request.method().equals("REGISTER")
                && location.filter(known -> known.register(request)).isPresent()) {
            return;
        }
        Optional<Peer> peer = location.flatMap(known -> known.phone(request))
                .or(() -> peers.from(request))
                .or(() -> location.flatMap(known -> known.phoneAt(request)));
        if (peer.isEmpty()) {
            stranger(ready, request);
            return;
        }
        if (peer.get().settings().kind().isEncrypted()
                && !request.source().transport().isSecure()) {
            refuse(request, Refusals.inTheClear());
            return;
        }
        switch (request.method()) {
            case "INVITE" -> located(ready, request, peer.get());
            case "OPTIONS" -> reply(request, options(request, peer.get()));
            case "MESSAGE" -> message(ready, request, peer.get());
            case "BYE" -> reply(request, SipReply.of(481)); // it has no To tag
            default -> reply(request, Refusals.unknown(request, peer.get()));
        }
    }

    /** It came by a network that it does not belong to: what is outside must not pass for inside. */
    private void elsewhere(SipRequest request) {
        if (request.method().equals("ACK")) {
            setting.listener().refused("wrong-realm", 0);
        } else {
            refuse(request, "wrong-realm", SipReply.of(403));
        }
    }

    /** A call of a PBX to one of its phones goes there, whatever the routes say. */
    private void located(CallServices ready, SipRequest request, Peer peer) {
        Optional<LocationService.Meant> meant = ready.location().flatMap(known -> known.meant(peer, request.user()));
        if (meant.isPresent() && meant.get().caller().isEmpty()) {
            refuse(request, "no-phone", SipReply.of(meant.get().status()));
            return;
        }
        invite(ready, request, meant.flatMap(LocationService.Meant::caller).orElse(peer));
    }

    /** Nobody by sight. May be somebody by password, where a peer is known so. */
    private void stranger(CallServices ready, SipRequest request) {
        if (peers.areElsewhere(request)) {
            elsewhere(request);
            return;
        }
        if (!request.method().equals("INVITE") || !peers.takePasswords()) {
            refuse(request, "stranger", SipReply.of(403));
            return;
        }
        Optional<Peer> claimed = peers.claimed(request);
        if (claimed.isPresent()) {
            invite(ready, request, claimed.get());
            return;
        }
        wrongPassword(request); // where it has a user name, which then is nobody's
        refuse(request, "stranger", peers.challenge(request));
    }

    private void challenged(SipRequest request, Peer.Challenge challenge) {
        if (challenge.isWrong()) {
            wrongPassword(request);
        }
        reply(request, challenge.reply());
    }

    /** Held against its source only where that is not forged: it has to know what we sent there. */
    private void wrongPassword(SipRequest request) {
        if (peers.asked(request)) {
            guard.wrongPassword(request.address(), request.receivedNs());
        }
    }

    private SipReply options(SipRequest request, Peer peer) {
        if (draining.getAsBoolean()) {
            return Refusals.unavailable();
        }
        return Refusals.ofAny(request).map(Refusals.Refusal::reply).orElseGet(() -> Refusals.capabilities(peer));
    }

    private void invite(CallServices ready, SipRequest request, Peer peer) {
        if (draining.getAsBoolean()) {
            refuse(request, "draining", Refusals.unavailable());
            return;
        }
        if (table.size() >= setting.sip().maxCalls()) {
            refuse(request, "too-many-calls", Refusals.unavailable());
            return;
        }
        if (ready.threads().isOverloaded()) {
            refuse(request, "overload", Refusals.unavailable());
            return;
        }
        Optional<Peer.Challenge> challenge = peer.challenge(request);
        if (challenge.isPresent()) {
            challenged(request, challenge.get());
            return;
        }
        guard.proved(request.address(), request.receivedNs());
        if (!request.headers("Replaces").isEmpty()) {
            Replacement.take(ready, request, peer);
            return;
        }
        if (!peer.enter(request.receivedNs())) {
            refuse(request, "peer-limit", Refusals.unavailable());
            return;
        }
        Call call = new Call(ready, request, peer, newId());
        if (!table.add(CallTable.inviteKey(request), call)) {
            call.legs().leave();
            refuse(request, "merged", SipReply.of(482));
            return;
        }
        if (!request.accept()) {
            table.forgetInvite(CallTable.inviteKey(request), call);
            table.drop(call, call.view());
            call.legs().leave();
            refuse(request, "too-many-transactions", Refusals.unavailable());
            return;
        }
        reply(request, SipReply.of(100));
        call.queue().execute(call::start);
    }

    /** Routed like a call, and bounded like one. */
    private void message(CallServices ready, SipRequest request, Peer peer) {
        if (!peer.settings().policy().requests().messages()) {
            reply(request, Refusals.methodNotAllowed(peer));
            return;
        }
        if (draining.getAsBoolean()) {
            refuse(request, "draining", Refusals.unavailable());
            return;
        }
        Optional<Peer.Challenge> challenge = peer.challenge(request);
        Optional<Refusals.Refusal> refusal = Crossing.ofBody(request, Crossing.TEXT, Crossing.TEXT);
        if (challenge.isPresent()) {
            challenged(request, challenge.get());
        } else if (refusal.isPresent()) {
            refuse(request, refusal.get().cause(), refusal.get().reply());
        } else if (!peer.enter(request.receivedNs())) {
            refuse(request, "peer-limit", Refusals.unavailable());
        } else if (!request.accept()) {
            peer.leave();
            refuse(request, "too-many-transactions", Refusals.unavailable());
        } else {
            Pager.Ways ways = new Pager.Ways(ready.router(), StatusMap::toCaller, cause -> setting.listener()
                    .refused(cause, 0));
            ready.threads().execute(() -> Pager.send(ready.sip(), request, peer, ways));
        }
    }

    private static String newId() {
        byte[] octets = new byte[ID_BYTES];
        RANDOM.nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }

    @Override
    public void strayAnswer(SipResponse response) {
        Leg leg = table.leg(response.fromTag());
        if (leg != null && leg.dialog.realm().equals(response.realm())) {
            leg.call.queue().execute(() -> leg.call.acks().again(leg, response));
        }
    }

    @Override
    public void malformed() {
        setting.listener().refused("malformed", 0);
    }

    @Override
    public void dropped(String cause) {
        setting.listener().refused(cause, 0);
    }

    @Override
    public void closed(String realm, SipTransport transport, InetSocketAddress remote) {
        CallServices ready = services;
        if (ready != null) {
            ready.location().ifPresent(known -> known.closed(realm, transport, remote));
        }
    }

    /** A peer is told, so that its engineer sees it; a stranger is not: it would learn who is here, and probe on. */
    private void malformed(SipRequest request, Defect defect) {
        boolean futureMethod = defect == Defect.METHOD_MISMATCH && !isKnown(request.method());
        int status = futureMethod ? 501 : defect.sipStatus(); // RFC 4475 §3.1.2.18
        if (peers.from(request).isEmpty()) {
            malformed();
            return;
        }
        try {
            request.reply(SipReply.of(status));
            setting.listener().refused("malformed", status);
        } catch (Unreachable e) {
            malformed();
        }
    }

    private void refuse(SipRequest request, Refusals.Refusal refusal) {
        refuse(request, refusal.cause(), refusal.reply());
    }

    private void refuse(SipRequest request, String cause, SipReply reply) {
        reply(request, reply);
        setting.listener().refused(cause, reply.status());
    }

    private void reply(SipRequest request, SipReply reply) {
        try {
            request.reply(reply);
        } catch (Unreachable e) {
            setting.listener().refused("peer-unreachable", 0);
        }
    }
}
