package sotto.proxy.b2bua;

import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipResponses;
import sotto.proxy.threads.SerialQueue;

/** Takes responses from the stack's threads to the call's queue. Thread-safe. */
record Queued(SerialQueue queue, SipResponses next) implements SipResponses {
    @Override
    public void response(SipResponse response) {
        queue.execute(() -> next.response(response));
    }

    @Override
    public void execute(Runnable step) {
        queue.execute(step);
    }

    @Override
    public void failed(Failure failure) {
        queue.execute(() -> next.failed(failure));
    }
}
