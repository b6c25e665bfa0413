package sotto.proxy.sip;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sip.ClientTransaction;
import javax.sip.SipException;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sotto.proxy.sip.digest.DigestMemory;

/**
 * One request of ours that waits for its final response, sent again where that is a challenge which can be answered (RFC
 * 3261 §22). Used by one thread at a time, the one that {@link SipResponses#execute} has; told of responses on the stack's.
 *
 * <pre>
 *  us                                     peer
 *   | INVITE, CSeq 1 --------------------> |
 *   | <------------- 401, nonce, or 407    |   acknowledged by the stack; not told to who asked
 *   | INVITE, CSeq 2, credentials -------> |   same Call-ID and From tag (§22.2); a new transaction
 *   | <------------- 100 to 699            |   told; a 401 or 407 too, where {@link DigestMemory} gives up
 *
 *  cancelled meanwhile                    does
 *  before the 401                         CANCEL; a 401 is told, not answered
 *  after it, before any 1xx               CANCEL, after the first 1xx (§9.1)
 * </pre>
 */
public final class SipExchange {
    private static final Logger LOG = LoggerFactory.getLogger(SipExchange.class);

    private final RealmStack endpoint;
    private final SipDialog dialog;
    private final SipCall call;
    private final SipResponses responses;
    private volatile @Nullable ClientTransaction transaction;
    private final AtomicInteger tries = new AtomicInteger(); // with credentials, after a challenge
    private boolean proceeding; // the last try is
    private boolean cancelled;
    private List<SipHeader> causes = List.of(); // of the CANCEL

    SipExchange(RealmStack endpoint, SipDialog dialog, SipCall call, SipResponses responses) {
        this.endpoint = endpoint;
        this.dialog = dialog;
        this.call = call;
        this.responses = responses;
    }

    void send() throws Unreachable {
        transaction = endpoint.send(dialog, call, this);
    }

    /** On the stack's threads. */
    void response(SipResponse response) {
        boolean isChallenge = response.status() == 401 || response.status() == 407;
        if (isChallenge && dialog.digest().isPresent()) {
            DigestMemory digest = dialog.digest().get();
            responses.execute(() -> challenged(digest, response));
            return;
        }
        if (tries.get() > 0) {
            responses.execute(() -> goesOn(response));
        }
        responses.response(response);
    }

    /** On the stack's threads. */
    void timedOut() {
        responses.failed(SipResponses.Failure.TIMEOUT);
    }

    private void challenged(DigestMemory digest, SipResponse response) {
        boolean isProxy = response.status() == 407;
        String name = isProxy ? "Proxy-Authenticate" : "WWW-Authenticate";
        if (cancelled) {
            responses.response(response);
        } else if (digest.learn(isProxy, response.headers(name), tries.get())) {
            tries.incrementAndGet();
            proceeding = false;
            try {
                send();
            } catch (Unreachable e) {
                responses.failed(SipResponses.Failure.UNREACHABLE);
            }
        } else {
            digest.user().refused();
            responses.response(response);
        }
    }

    private void goesOn(SipResponse response) {
        dialog.digest().ifPresent(digest -> digest.user().accepted());
        if (!response.isFinal() && !proceeding) {
            proceeding = true;
            if (cancelled) {
                try {
                    sendCancel();
                } catch (Unreachable e) {
                    LOG.info(
                            "a CANCEL that had to wait for a 1xx did not leave; the peer rings until its timer ends it");
                }
            }
        }
    }

    /**
     * Sends CANCEL for this INVITE; only after a provisional response (RFC 3261 §9.1).
     *
     * @param why what crosses with it
     */
    public void cancel(List<SipHeader> why) throws Unreachable {
        cancelled = true;
        causes = why;
        if (tries.get() == 0 || proceeding) {
            sendCancel();
        }
    }

    private void sendCancel() throws Unreachable {
        ClientTransaction current = transaction;
        if (current == null) {
            return;
        }
        try {
            Request cancel = current.createCancel();
            SipMessages.cross(cancel, causes);
            endpoint.provider().getNewClientTransaction(cancel).sendRequest();
        } catch (SipException e) {
            throw new Unreachable("CANCEL could not be sent", e);
        }
    }
}
