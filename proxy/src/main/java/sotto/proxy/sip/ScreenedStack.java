package sotto.proxy.sip;

import gov.nist.core.net.NetworkLayer;
import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.MessageProcessor;
import gov.nist.javax.sip.stack.MessageProcessorFactory;
import gov.nist.javax.sip.stack.OIOMessageProcessorFactory;
import gov.nist.javax.sip.stack.SIPServerTransaction;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.sip.PeerUnavailableException;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.sip.tls.TlsPeers;
import sotto.proxy.sip.udp.DatagramListener;

/** The SIP stack, and where what {@link sotto.proxy.sip.screen.MessageScreen} turns away is counted. Thread-safe. */
final class ScreenedStack extends SipStackImpl {
    private final AtomicReference<Runnable> malformed = new AtomicReference<>(() -> {});
    private final AtomicReference<Consumer<String>> dropped = new AtomicReference<>(cause -> {});
    private final Newcomers newcomers = new Newcomers();
    private final TlsPeers tlsPeers = new TlsPeers();
    private final SourceGuard guard;
    private final Connections connections;
    private final MessageProcessorFactory streams = new OIOMessageProcessorFactory();
    private volatile Optional<MessageProcessorFactory> webSockets = Optional.empty();

    ScreenedStack(Properties properties, SourceGuard guard) throws PeerUnavailableException {
        super(properties);
        this.guard = guard;
        connections = new Connections(this);
        ioHandler = connections;
        setRouter(new NextHop.Way(this));
        setMessageProcessorFactory(this::listener);
    }

    private MessageProcessor listener(SIPTransactionStack stack, InetAddress address, int port, String transport)
            throws IOException {
        return switch (SipTransport.of(transport)) {
            case UDP ->
                new DatagramListener(stack, address, port, () -> dropped.get().accept("datagrams-waiting"));
            case TCP, TLS -> streams.createMessageProcessor(stack, address, port, transport);
            case WS, WSS -> webSockets.orElseThrow().createMessageProcessor(stack, address, port, transport);
        };
    }

    /** @param factory of the listeners of WS and WSS */
    void webSockets(MessageProcessorFactory factory) {
        webSockets = Optional.of(factory);
    }

    TlsPeers tlsPeers() {
        return tlsPeers;
    }

    SourceGuard guard() {
        return guard;
    }

    void onMalformed(Runnable count) {
        malformed.set(count);
    }

    /** @param count told why a datagram or a connection was dropped before it was read */
    void onDropped(Consumer<String> count) {
        dropped.set(count);
        newcomers.onDropped(count);
    }

    Newcomers newcomers() {
        return newcomers;
    }

    boolean isConnected(SipTransport transport, InetSocketAddress remote) {
        return connections.isOpen(transport, remote);
    }

    void network(NetworkLayer layer) {
        networkLayer = layer;
    }

    @Override
    @SuppressWarnings("NullAway") // null is the stack's word for none
    public SIPServerTransaction findTransactionPendingAck(SIPRequest ack) {
        return ack.getTopmostVia().getBranch() == null // RFC 2543 has none; the stack's map takes no null
                ? null
                : super.findTransactionPendingAck(ack);
    }

    int transactions() {
        return clientTransactionTable.size() + serverTransactionTable.size();
    }

    void malformed() {
        malformed.get().run();
    }

    @Override
    public void stop() {
        boolean wasInterrupted = Thread.interrupted();
        try {
            super.stop();
        } finally {
            Thread.interrupted(); // whether it slept or failed before
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
        newcomers.close();
    }

    /**
     * After this one {@link #stop} would sleep for a second, so that what is being processed completes. With no socket there is
     * nothing that it could complete, and an interrupted thread does not sleep.
     */
    @Override
    public void closeAllSockets() {
        super.closeAllSockets();
        Thread.currentThread().interrupt();
    }
}
