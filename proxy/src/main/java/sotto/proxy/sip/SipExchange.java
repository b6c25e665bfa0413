package sotto.proxy.sip;

import javax.sip.ClientTransaction;
import javax.sip.SipException;

/** One request of ours that waits for its final response. Used by one thread at a time. */
public final class SipExchange {
    private final SipEndpoint endpoint;
    private final ClientTransaction transaction;

    SipExchange(SipEndpoint endpoint, ClientTransaction transaction) {
        this.endpoint = endpoint;
        this.transaction = transaction;
    }

    /** Sends CANCEL for this INVITE; only after a provisional response (RFC 3261 §9.1). */
    public void cancel() throws Unreachable {
        try {
            endpoint.provider()
                    .getNewClientTransaction(transaction.createCancel())
                    .sendRequest();
        } catch (SipException e) {
            throw new Unreachable("CANCEL could not be sent", e);
        }
    }
}
