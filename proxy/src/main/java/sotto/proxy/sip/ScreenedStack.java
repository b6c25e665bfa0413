package sotto.proxy.sip;

import gov.nist.core.net.NetworkLayer;
import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.SIPServerTransaction;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import javax.sip.PeerUnavailableException;

/** The SIP stack, and where what {@link sotto.proxy.sip.screen.MessageScreen} turns away is counted. Thread-safe. */
final class ScreenedStack extends SipStackImpl {
    private final AtomicReference<Runnable> malformed = new AtomicReference<>(() -> {});
    private final Newcomers newcomers = new Newcomers();

    ScreenedStack(Properties properties) throws PeerUnavailableException {
        super(properties);
    }

    void onMalformed(Runnable count) {
        malformed.set(count);
    }

    Newcomers newcomers() {
        return newcomers;
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
        super.stop();
        newcomers.close();
    }
}
