package sotto.proxy.sip;

import gov.nist.javax.sip.message.SIPResponse;
import java.util.List;
import java.util.Optional;

/** A response received, as the rest of the program sees it. Read-only, any thread. */
public final class SipResponse {
    private final SIPResponse response;
    private final String realm;
    private final long receivedNs;

    SipResponse(SIPResponse response, String realm, long receivedNs) {
        this.realm = realm;
        this.response = response;
        this.receivedNs = receivedNs;
    }

    /** Name of the realm that it came by. */
    public String realm() {
        return realm;
    }

    public int status() {
        return response.getStatusCode();
    }

    public boolean isFinal() {
        return status() >= 200;
    }

    public boolean isSuccess() {
        return status() / 100 == 2;
    }

    /** Method of the request that it answers. */
    public String method() {
        return response.getCSeq().getMethod();
    }

    public long cseq() {
        return response.getCSeq().getSeqNumber();
    }

    /** Our tag. */
    public String fromTag() {
        return Headers.orEmpty(response.getFromTag());
    }

    /** The peer's tag; empty where there is none. */
    public String toTag() {
        return Headers.orEmpty(response.getToTag());
    }

    /** The body, where it is SDP. */
    public Optional<byte[]> sdp() {
        return Headers.sdp(response);
    }

    /** Option tags that the peer insists on. */
    public List<String> requires() {
        return Headers.tokens(response, "Require");
    }

    /** Methods that the peer takes. */
    public List<String> allows() {
        return Headers.tokens(response, "Allow");
    }

    /** Who is registered, in the answer to a REGISTER (RFC 3261 §10.3 item 8). */
    public List<SipRequest.Contact> contacts() {
        return Headers.contacts(response);
    }

    /** Text of the first header of that name. */
    public Optional<String> header(String name) {
        return Headers.value(response, name);
    }

    /** Texts of all headers of that name, but those that are overlong or have control characters. */
    public List<String> headers(String name) {
        return Headers.values(response, name);
    }

    /** System.nanoTime when it came. */
    public long receivedNs() {
        return receivedNs;
    }

    SIPResponse message() {
        return response;
    }
}
