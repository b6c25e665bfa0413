package sotto.proxy.sip;

/** Told what becomes of one request of ours, on the stack's threads: enqueue and return. */
public interface SipResponses {
    void response(SipResponse response);

    /** No final response came (RFC 3261 §17.1.1.2 Timer B, §17.1.2.2 Timer F), or the connection broke. */
    void failed(Failure failure);

    /** Runs what changes the dialog of the request, such as sending it again with credentials, where that is done. */
    default void execute(Runnable step) {
        step.run();
    }

    /** Why there is no response. */
    enum Failure {
        TIMEOUT,
        UNREACHABLE
    }
}
