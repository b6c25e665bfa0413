package sotto.proxy.sip;

import gov.nist.core.net.NetworkLayer;
import gov.nist.javax.sip.SipStackImpl;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import javax.sip.PeerUnavailableException;

/** The SIP stack, and where what {@link MessageScreen} turns away is counted. Thread-safe. */
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
