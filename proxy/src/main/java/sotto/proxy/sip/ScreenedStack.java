package sotto.proxy.sip;

import gov.nist.core.net.NetworkLayer;
import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.SIPServerTransaction;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.sip.PeerUnavailableException;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.sip.tls.TlsPeers;

/** The SIP stack, and where what {@link sotto.proxy.sip.screen.MessageScreen} turns away is counted. Thread-safe. */
final class ScreenedStack extends SipStackImpl {
    private static final Duration BEGIN = Duration.ofSeconds(2);

    private final AtomicReference<Runnable> malformed = new AtomicReference<>(() -> {});
    private final Newcomers newcomers = new Newcomers();
    private final TlsPeers tlsPeers = new TlsPeers();
    private final SourceGuard guard;
    private final Connections connections;

    ScreenedStack(Properties properties, SourceGuard guard) throws PeerUnavailableException {
        super(properties);
        this.guard = guard;
        connections = new Connections(this);
        ioHandler = connections;
        setRouter(new NextHop.Way(this));
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

    /**
     * Waits until the thread that takes datagrams runs. Stopped before that, the stack's UDP listener falls over what it has
     * not made yet, and leaves its socket open.
     */
    void awaitUdp() {
        String name = getStackName() + "-UDPMessageChannelThread";
        long endNs = System.nanoTime() + BEGIN.toNanos();
        while (!runs(name) && System.nanoTime() < endNs) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static boolean runs(String name) {
        Thread[] threads = new Thread[2 * Thread.activeCount()];
        int count = Thread.enumerate(threads);
        return Arrays.stream(threads, 0, count)
                .anyMatch(thread -> thread.getName().startsWith(name));
    }

    int transactions() {
        return clientTransactionTable.size() + serverTransactionTable.size();
    }

    void malformed() {
        malformed.get().run();
    }

    @Override
    public void stop() {
        super.stop();
        newcomers.close();
    }
}
