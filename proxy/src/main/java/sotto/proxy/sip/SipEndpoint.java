package sotto.proxy.sip;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import sotto.proxy.config.SipSettings;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.realm.Realm;
import sotto.proxy.realm.Realms;

/**
 * SIP behind one seam: a stack for each realm, and for each request the one of its realm. Thread-safe.
 *
 * <p>A dialog belongs to a realm, that of the INVITE that was answered or of the place that is called. All that is sent in
 * it leaves by the sockets of that realm, with its address in Via and Contact.
 */
public final class SipEndpoint implements AutoCloseable {
    private final Map<String, RealmStack> stacks = new LinkedHashMap<>(); // all before anything is read

    /**
     * Who is let into a realm.
     *
     * @param tlsNames names or addresses of which one must be in the certificate of whoever speaks TLS with us
     * @param guard asked of each datagram and connection before anything reads it
     */
    public record Admission(Set<String> tlsNames, SourceGuard guard) {}

    private SipEndpoint() {}

    /**
     * Binds and listens, in each realm.
     *
     * @param admission who is let in, by name of the realm
     * @throws IOException where a port cannot be bound, or the TLS stores cannot be read; nothing is held then
     */
    public static SipEndpoint start(
            SipSettings settings, Realms realms, Function<String, Admission> admission, SipEvents events)
            throws IOException {
        SipEndpoint endpoint = new SipEndpoint();
        try {
            for (Realm realm : realms.all()) {
                endpoint.stacks.put(
                        realm.name(), RealmStack.start(settings, realm, admission.apply(realm.name()), events));
            }
            return endpoint;
        } catch (IOException | RuntimeException e) {
            endpoint.close();
            throw e;
        }
    }

    private RealmStack of(String realm) {
        RealmStack stack = stacks.get(realm);
        if (stack == null) {
            throw new IllegalArgumentException("no realm is called " + realm);
        }
        return stack;
    }

    /** The dialog that answering this INVITE makes, in the realm that it came by. */
    public SipDialog answering(SipRequest invite) {
        return of(invite.realm()).messages().answering(invite);
    }

    /** The dialog that calling there makes. */
    public SipDialog calling(SipDestination destination, SipParty from, SipParty to) {
        return of(destination.realm()).messages().calling(destination, from, to);
    }

    /**
     * What sends a phone's request on to its PBX; its number is the phone's.
     *
     * @param callId before the @; a random one where empty
     * @throws Unreachable where an address of the request is no SIP URI
     */
    public SipDialog relaying(SipRequest phone, SipRelay relay, String callId) throws Unreachable {
        return of(phone.realm()).messages().relaying(phone, relay, callId);
    }

    /** Our SIP URI in a realm with that user, as it is told to who speaks that transport. */
    public String own(String realm, SipTransport transport, String user) {
        return of(realm).messages().own(transport, user);
    }

    /** True for UDP; else where there is a connection that a request could go along (RFC 5626 §5.3). */
    public boolean isOpen(String realm, SipFlow flow) {
        return flow.transport() == SipTransport.UDP || of(realm).isConnected(flow);
    }

    /**
     * URI at which the peer of a dialog reaches somebody through us.
     *
     * @param user user part
     */
    public String address(SipDialog dialog, String user) throws Unreachable {
        return of(dialog.realm()).messages().address(dialog, user);
    }

    /** What registers us there is sent in this: one Call-ID for all of it (RFC 3261 §10.2.4). */
    public SipDialog registering(SipDestination registrar, String user) {
        return of(registrar.realm()).messages().registering(registrar, user);
    }

    /**
     * How long a registrar keeps us.
     *
     * @param ok its 2xx
     * @return empty where it does not say
     */
    public OptionalInt grantedSeconds(SipDialog registration, SipResponse ok) {
        return of(registration.realm()).messages().grantedSeconds(registration, ok.message());
    }

    /**
     * Sends a request in a dialog, or the INVITE that starts it. Where the dialog has an answer to a 401 or 407, it is sent
     * again with that, and only what comes of it is told.
     *
     * @throws Unreachable where it could not even be sent
     */
    public SipExchange send(SipDialog dialog, SipCall call, SipResponses responses) throws Unreachable {
        SipExchange exchange = new SipExchange(of(dialog.realm()), dialog, call, responses);
        exchange.send();
        return exchange;
    }

    /**
     * Acknowledges a 2xx to our INVITE, each time that it comes (RFC 3261 §13.2.2.4).
     *
     * @param answer where the 2xx had the offer
     */
    public void ack(SipDialog dialog, long cseq, Optional<byte[]> answer) throws Unreachable {
        of(dialog.realm()).ack(dialog, cseq, answer);
    }

    /** Transactions that the stacks hold now; they outlive their call by the timers of RFC 3261 §17. */
    public int transactions() {
        return stacks.values().stream().mapToInt(RealmStack::transactions).sum();
    }

    /** Connections that a realm has by WebSocket now. */
    public int webSockets(String realm) {
        return of(realm).webSockets();
    }

    /** Stops listening; what waits for a response is told nothing any more. */
    @Override
    public void close() {
        RuntimeException failed = null;
        for (RealmStack stack : stacks.values()) {
            try {
                stack.close();
            } catch (RuntimeException e) { // the others are closed all the same
                failed = e;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
