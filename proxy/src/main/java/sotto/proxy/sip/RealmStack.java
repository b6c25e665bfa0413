package sotto.proxy.sip;

import gov.nist.javax.sip.ResponseEventExt;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.sip.ClientTransaction;
import javax.sip.DialogTerminatedEvent;
import javax.sip.IOExceptionEvent;
import javax.sip.InvalidArgumentException;
import javax.sip.ListeningPoint;
import javax.sip.RequestEvent;
import javax.sip.ResponseEvent;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.SipListener;
import javax.sip.SipProvider;
import javax.sip.TimeoutEvent;
import javax.sip.TransactionState;
import javax.sip.TransactionTerminatedEvent;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.proxy.config.SipSettings;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.realm.Realm;
import sotto.proxy.sip.screen.BadRequest;
import sotto.proxy.sip.tls.TlsStores;
import sotto.proxy.sip.ws.WebSocketEvents;
import sotto.proxy.sip.ws.WebSocketFactory;

/**
 * The SIP stack of one realm: its listening points, transactions, and messages in and out. Thread-safe.
 *
 * <p>Of the stack, transactions and transport are used. Dialogs are ours ({@link SipDialog}): they are plain state that
 * outlives sockets, and the stack's own come with a thread hop and a timer for each. So the 2xx of an INVITE is sent again
 * by whoever answered it (RFC 3261 §13.3.1.4), and its ACK is a request like any other (§13.2.2.4).
 */
final class RealmStack implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RealmStack.class);

    private final Realm realm;
    private final ScreenedStack stack;
    private final SipEvents events;
    private final SourceGuard guard;
    private final AtomicLong faults = new AtomicLong();
    private final SipMessages messages;
    private final Optional<WebSocketFactory> webSockets;
    private volatile @Nullable SipProvider provider;

    private RealmStack(Realm realm, ScreenedStack stack, Optional<WebSocketFactory> webSockets, SipEvents events) {
        this.realm = realm;
        this.stack = stack;
        this.guard = stack.guard();
        this.messages = new SipMessages(realm);
        this.webSockets = webSockets;
        this.events = events;
        webSockets.ifPresent(stack::webSockets);
    }

    /** As {@link SipEndpoint#start}, for one of the realms. */
    static RealmStack start(SipSettings settings, Realm realm, SipEndpoint.Admission admission, SipEvents events)
            throws IOException {
        Optional<WebSocketFactory> webSockets =
                webSockets(settings, realm, new PhoneConnections(realm.name(), admission.guard(), events));
        ScreenedStack stack = StackSettings.create(settings, admission.tlsNames(), admission.guard());
        RealmStack endpoint = new RealmStack(realm, stack, webSockets, events);
        stack.onMalformed(events::malformed);
        stack.onDropped(events::dropped);
        try {
            endpoint.listen();
        } catch (IOException | RuntimeException e) {
            try {
                stack.stop();
            } catch (RuntimeException alsoFailed) { // it trips over a TCP socket that it could not bind
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
        return endpoint;
    }

    /** What connections of WebSocket tell. */
    private record PhoneConnections(String realm, SourceGuard guard, SipEvents events) implements WebSocketEvents {
        @Override
        public void refused(String cause) {
            events.dropped(cause);
        }

        @Override
        public void closed(String transport, InetSocketAddress remote) {
            events.closed(realm, SipTransport.of(transport), remote);
        }
    }

    /** Empty where nobody may connect so, and the stack stays as it is. */
    private static Optional<WebSocketFactory> webSockets(SipSettings settings, Realm realm, PhoneConnections told)
            throws IOException {
        WebSocketFactory.Rules rules = new WebSocketFactory.Rules(settings.webSockets(), told.guard, told);
        if (realm.sip().wssPort().isPresent() && settings.tls().isPresent()) {
            TlsStores stores = TlsStores.open(settings.tls().get());
            return Optional.of(WebSocketFactory.secure(rules, stores.keys(), StackSettings.SUITES));
        }
        boolean any = realm.sip().wsPort().isPresent() || realm.sip().wssPort().isPresent();
        return any ? Optional.of(WebSocketFactory.plain(rules)) : Optional.empty();
    }

    private void listen() throws IOException {
        Realm.Signalling sip = realm.sip();
        listen(sip.bind(), sip.udpPort(), SipTransport.UDP);
        listen(sip.bind(), sip.tcpPort(), SipTransport.TCP);
        if (sip.tlsPort().isPresent()) {
            listen(sip.bind(), sip.tlsPort().getAsInt(), SipTransport.TLS);
        }
        if (sip.wsPort().isPresent()) {
            listen(sip.bind(), sip.wsPort().getAsInt(), SipTransport.WS);
        }
        if (sip.wssPort().isPresent()) {
            listen(sip.bind(), sip.wssPort().getAsInt(), SipTransport.WSS);
        }
    }

    private String key(SipTransport transport) {
        if (!realm.name().equals(Realm.DEFAULT)) {
            return "realms." + realm.name() + "." + transport.token() + "-port";
        }
        return transport == SipTransport.TLS ? "sip.tls.port" : "sip." + transport.token() + "-port";
    }

    /** Name of the realm. */
    String realm() {
        return realm.name();
    }

    private void listen(String address, int port, SipTransport transport) throws IOException {
        try {
            ListeningPoint point = stack.createListeningPoint(address, port, transport.token());
            SipProvider known = provider;
            if (known == null) {
                SipProvider first = stack.createSipProvider(point);
                first.addSipListener(new Listener());
                provider = first;
            } else {
                known.addListeningPoint(point);
            }
        } catch (SipException | InvalidArgumentException | java.util.TooManyListenersException e) {
            throw new IOException(
                    key(transport) + "=" + port + ": cannot listen on " + address
                            + ", another program may have the port;" + " move it, or end the other",
                    e);
        }
    }

    SipProvider provider() {
        SipProvider started = provider;
        if (started == null) {
            throw new IllegalStateException("not listening yet");
        }
        return started;
    }

    /** What is written there has our address in this realm. */
    SipMessages messages() {
        return messages;
    }

    /** How many are there by WebSocket. */
    int webSockets() {
        return webSockets.map(WebSocketFactory::connections).orElse(0);
    }

    /** True where a connection of this flow is up, whoever opened it. */
    boolean isConnected(SipFlow flow) {
        if (flow.transport().isWebSocket()) {
            return webSockets
                    .filter(all -> all.isOpen(flow.transport().token(), flow.address()))
                    .isPresent();
        }
        return stack.isConnected(flow.transport(), flow.address());
    }

    ClientTransaction send(SipDialog dialog, SipCall call, SipExchange exchange) throws Unreachable {
        try {
            Request request = messages.request(dialog, call);
            ClientTransaction transaction = provider().getNewClientTransaction(request);
            transaction.setApplicationData(exchange);
            transaction.sendRequest();
            return transaction;
        } catch (SipException | RuntimeException e) { // the stack reports some transport failures as IllegalState
            throw new Unreachable(
                    call.method() + " could not be sent to " + dialog.target().getHost(), e);
        }
    }

    void ack(SipDialog dialog, long cseq, Optional<byte[]> answer) throws Unreachable {
        try {
            provider().sendRequest(messages.ack(dialog, cseq, answer));
        } catch (SipException | RuntimeException e) {
            throw new Unreachable("ACK could not be sent to " + dialog.target().getHost(), e);
        }
    }

    void reply(SIPRequest request, @Nullable ServerTransaction transaction, SipReply reply) throws Unreachable {
        SIPResponse response = messages.response(request, reply);
        if (request instanceof BadRequest bad && !bad.allows(response.encode().length())) {
            throw new Unreachable("a reply would be longer than what came");
        }
        try {
            if (transaction == null || TransactionState.TERMINATED.equals(transaction.getState())) {
                provider().sendResponse(response); // stateless, or a 2xx sent again
            } else {
                transaction.sendResponse(response);
            }
        } catch (SipException | InvalidArgumentException | RuntimeException e) {
            throw new Unreachable(reply.status() + " could not be sent", e);
        }
    }

    Set<String> certificateNames(SIPRequest request) {
        return stack.tlsPeers().names(request.getPeerPacketSourceAddress(), request.getPeerPacketSourcePort());
    }

    int transactions() {
        return stack.transactions();
    }

    /** Stops listening; what waits for a response is told nothing any more. */
    @Override
    public void close() {
        stack.stop();
    }

    private void guarded(Runnable delivery) {
        try {
            delivery.run();
        } catch (RuntimeException | StackOverflowError e) { // must not cost one of the stack's few threads
            if (faults.getAndIncrement() == 0) {
                LOG.error("a SIP message could not be handled, this and later ones of its kind are dropped", e);
            }
        }
    }

    /** The stack's callbacks, on its threads. */
    private final class Listener implements SipListener {
        @Override
        public void processRequest(RequestEvent event) {
            long nowNs = System.nanoTime();
            SIPRequest request = (SIPRequest) event.getRequest();
            @Nullable
            ServerTransaction own = isOf(event.getServerTransaction(), request) ? event.getServerTransaction() : null;
            guarded(() -> events.request(new SipRequest(RealmStack.this, request, own, nowNs)));
            if (request instanceof BadRequest bad) {
                bad.endStream();
            }
        }

        /** The stack finds a transaction by branch alone; it may be another sender's (RFC 3261 §17.2.3). */
        @SuppressWarnings("ReferenceEquality") // the very one, not one like it
        private static boolean isOf(@Nullable ServerTransaction transaction, SIPRequest request) {
            return transaction != null && transaction.getRequest() == request;
        }

        @Override
        public void processResponse(ResponseEvent event) {
            SipResponse response = new SipResponse((SIPResponse) event.getResponse(), realm.name(), System.nanoTime());
            ClientTransaction transaction = event.getClientTransaction();
            if (transaction == null && event instanceof ResponseEventExt extended) {
                transaction = extended.getOriginalTransaction();
            }
            if (transaction != null && transaction.getApplicationData() instanceof SipExchange exchange) {
                guard.proved(response.message().getRemoteAddress(), response.receivedNs()); // it knew the branch
                if (response.isFinal() && !response.method().equals(Request.INVITE)) {
                    transaction.setApplicationData(null); // Timer K keeps the transaction, and it the whole call
                }
                guarded(() -> exchange.response(response));
            } else if (response.isSuccess() && response.method().equals(Request.INVITE)) {
                guarded(() -> events.strayAnswer(response));
            }
        }

        @Override
        public void processTimeout(TimeoutEvent event) {
            if (!event.isServerTransaction()
                    && event.getClientTransaction().getApplicationData() instanceof SipExchange exchange) {
                guarded(exchange::timedOut);
            }
        }

        @Override
        public void processIOException(IOExceptionEvent event) {
            LOG.warn(
                    "SIP {} to {}:{} broke; what was sent there is answered by its timer",
                    event.getTransport(),
                    event.getHost(),
                    event.getPort());
        }

        @Override
        public void processTransactionTerminated(TransactionTerminatedEvent event) {}

        @Override
        public void processDialogTerminated(DialogTerminatedEvent event) {}
    }
}
