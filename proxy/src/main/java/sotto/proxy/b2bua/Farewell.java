package sotto.proxy.b2bua;

import sotto.proxy.sip.SipResponse;
import sotto.proxy.sip.SipResponses;

/** Waits for the end of a BYE, whatever it is: the dialog is over (RFC 3261 §15.1.1). Runs on the call's queue. */
record Farewell(Runnable over) implements SipResponses {
    @Override
    public void response(SipResponse response) {
        if (response.isFinal()) {
            over.run();
        }
    }

    @Override
    public void failed(Failure failure) {
        over.run();
    }
}
