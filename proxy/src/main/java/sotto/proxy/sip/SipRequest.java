package sotto.proxy.sip;

import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.address.SipURI;
import javax.sip.address.TelURL;
import javax.sip.header.AcceptHeader;
import javax.sip.header.ContentLengthHeader;
import javax.sip.header.ContentTypeHeader;
import org.jspecify.annotations.Nullable;
import sotto.proxy.sip.screen.BadRequest;
import sotto.proxy.sip.screen.Defect;
import sotto.proxy.sip.screen.SipLimits;

/**
 * A request received, and the way to answer it. Read on any thread. {@link #accept} on the thread that delivered it,
 * {@link #reply} by one thread at a time.
 */
public final class SipRequest {
    private final RealmStack endpoint;
    private final SIPRequest request;
    private final long receivedNs;
    private volatile @Nullable ServerTransaction transaction;

    SipRequest(RealmStack endpoint, SIPRequest request, @Nullable ServerTransaction transaction, long receivedNs) {
        this.endpoint = endpoint;
        this.request = request;
        this.transaction = transaction;
        this.receivedNs = receivedNs;
    }

    public String method() {
        return request instanceof BadRequest bad ? bad.startLineMethod() : request.getMethod();
    }

    /** What is wrong with it, where it is malformed; then nothing but {@link #source} and {@link #reply} is of use. */
    public Optional<Defect> defect() {
        return request instanceof BadRequest bad ? Optional.of(bad.defect()) : Optional.empty();
    }

    public String callId() {
        return request.getCallId().getCallId();
    }

    public String fromTag() {
        return Headers.orEmpty(request.getFromTag());
    }

    /** Our tag in a dialog; empty outside of one. */
    public String toTag() {
        return Headers.orEmpty(request.getToTag());
    }

    /** Names the transaction, and the INVITE that a CANCEL is for (RFC 3261 §9.2, §17.2.3). */
    public String branch() {
        return Headers.orEmpty(request.getTopmostVia().getBranch());
    }

    public long cseq() {
        return request.getCSeq().getSeqNumber();
    }

    /** True for a request URI that we can read (RFC 3261 §8.2.2.1): sip, sips, tel. */
    public boolean hasKnownScheme() {
        return request.getRequestURI() instanceof SipURI || request.getRequestURI() instanceof TelURL;
    }

    /** True where it may go on over TLS only: its request URI is sips (RFC 3261 §26.2.2). */
    public boolean isSips() {
        return request.getRequestURI() instanceof SipURI uri && uri.isSecure();
    }

    /** User part of the request URI. */
    public String user() {
        return Headers.user(request.getRequestURI());
    }

    public SipParty from() {
        return Headers.party(request.getFrom().getAddress());
    }

    public SipParty to() {
        return Headers.party(request.getTo().getAddress());
    }

    /** The body, where it is SDP. */
    public Optional<byte[]> sdp() {
        return Headers.sdp(request);
    }

    /** The body, of whatever kind. */
    public Optional<byte[]> body() {
        byte[] body = request.getRawContent();
        return body == null || body.length == 0 ? Optional.empty() : Optional.of(body);
    }

    /** What the body is, such as {@code text/plain}, in lower case and without parameters; empty where nothing says. */
    public String bodyType() {
        ContentTypeHeader type = request.getContentTypeHeader();
        return type == null ? "" : (type.getContentType() + "/" + type.getContentSubType()).toLowerCase(Locale.ROOT);
    }

    /** True for a body of any kind but SDP. */
    public boolean hasOtherBody() {
        ContentLengthHeader length = request.getContentLength();
        return length != null && length.getContentLength() > 0 && !Headers.isSdp(request);
    }

    public OptionalInt maxForwards() {
        return request.getMaxForwards() == null
                ? OptionalInt.empty()
                : OptionalInt.of(request.getMaxForwards().getMaxForwards());
    }

    /** Option tags that the peer insists on (RFC 3261 §20.32). */
    public List<String> requires() {
        return Headers.tokens(request, "Require");
    }

    /** Option tags that the peer understands (RFC 3261 §20.37). */
    public List<String> supports() {
        return Headers.tokens(request, "Supported");
    }

    /** Methods that the peer takes (RFC 3261 §20.5). */
    public List<String> allows() {
        return Headers.tokens(request, "Allow");
    }

    /** Text of the first header of that name. */
    public Optional<String> header(String name) {
        return Headers.value(request, name);
    }

    /** Texts of all headers of that name, but those that are overlong or have control characters. */
    public List<String> headers(String name) {
        return Headers.values(request, name);
    }

    /** Values of Identity, long or short name (RFC 8224 §4): as long as a field may be at all. */
    public List<String> identities() {
        List<String> values = new ArrayList<>(Headers.values(request, "Identity", SipLimits.MAX_FIELD_BYTES));
        values.addAll(Headers.values(request, "y", SipLimits.MAX_FIELD_BYTES));
        return values;
    }

    /** URIs that say who is called: To's, then that of the request. */
    public List<String> calledUris() {
        return List.of(
                request.getTo().getAddress().getURI().toString(),
                request.getRequestURI().toString());
    }

    /** From's URI. */
    public String callingUri() {
        return request.getFrom().getAddress().getURI().toString();
    }

    /**
     * A Contact of a REGISTER, or of its answer (RFC 3261 §10.2.1).
     *
     * @param uri as written; * for all of them
     * @param user its user part; empty where there is none
     * @param expires its own time in seconds, where it has one
     * @param instance which device it is, without quotes (RFC 5626 §4.1)
     * @param regId which of the device's flows it is (§4.2)
     */
    public record Contact(
            String uri,
            String user,
            String host,
            OptionalInt expires,
            Optional<String> instance,
            Optional<String> regId) {
        static final Contact ALL = new Contact("*", "", "", OptionalInt.empty(), Optional.empty(), Optional.empty());

        public boolean isAll() {
            return uri.equals("*");
        }
    }

    /** What a REGISTER is about; nothing where it only asks (RFC 3261 §10.2.3). */
    public List<Contact> contacts() {
        return Headers.contacts(request);
    }

    /** Host of the request URI, and of To's; empty where they are no SIP URIs. */
    public List<String> calledHosts() {
        return Stream.of(request.getRequestURI(), request.getTo().getAddress().getURI())
                .map(uri -> uri instanceof SipURI sip ? sip.getHost() : "")
                .toList();
    }

    /** From's host; empty where it has none. */
    public String callingHost() {
        return request.getFrom().getAddress().getURI() instanceof SipURI uri ? uri.getHost() : "";
    }

    /** True where it came straight from who made it, not through a proxy: it has one Via (RFC 5626 §5.1). */
    public boolean isDirect() {
        return request.getViaHeaders().size() == 1;
    }

    /** Host in the topmost Via: where the sender thinks that it is. */
    public String sentByHost() {
        return request.getTopmostVia().getHost();
    }

    /** False where the peer says what it takes, and it is not SDP (RFC 3261 §20.1). */
    public boolean acceptsSdp() {
        ListIterator<?> headers = request.getHeaders(AcceptHeader.NAME);
        boolean any = false;
        while (headers.hasNext()) {
            if (headers.next() instanceof AcceptHeader accept) {
                any = true;
                String type = Headers.orEmpty(accept.getContentType());
                String subType = Headers.orEmpty(accept.getContentSubType());
                boolean whole = subType.equals("*") && (type.equals("*") || type.equalsIgnoreCase("application"));
                if (whole || (type.equalsIgnoreCase("application") && subType.equalsIgnoreCase("sdp"))) {
                    return true;
                }
            }
        }
        return !any;
    }

    /** Where it came from. */
    public InetAddress address() {
        return request.getPeerPacketSourceAddress();
    }

    public SipSource source() {
        Via via = request.getTopmostVia();
        SipTransport transport = SipTransport.of(via.getTransport());
        int defaultPort = transport.defaultPort();
        Optional<SipURI> contact = Headers.contact(request);
        return new SipSource(
                address(),
                request.getPeerPacketSourcePort(),
                transport,
                via.getPort() > 0 ? via.getPort() : defaultPort,
                contact.isEmpty()
                        ? OptionalInt.empty()
                        : OptionalInt.of(
                                contact.get().getPort() > 0 ? contact.get().getPort() : defaultPort));
    }

    /** Names in the certificate of the TLS connection that it came by, in lower case; empty without one. */
    public Set<String> certificateNames() {
        return SipTransport.of(request.getTopmostVia().getTransport()) == SipTransport.TLS
                ? endpoint.certificateNames(request)
                : Set.of();
    }

    /** user@host of the SIP URIs of From and P-Asserted-Identity: who it says that it is from. */
    public Set<String> senders() {
        return Headers.identities(request);
    }

    /** Name of the realm that it came by. */
    public String realm() {
        return endpoint.realm();
    }

    /** System.nanoTime when it came. */
    public long receivedNs() {
        return receivedNs;
    }

    /**
     * Takes the request: from here on the stack absorbs its retransmissions.
     *
     * @return false where the stack does not take it: too many transactions, or it was taken already
     */
    public boolean accept() {
        if (transaction != null) {
            return true;
        }
        try {
            transaction = endpoint.provider().getNewServerTransaction(request);
            return true;
        } catch (SipException e) {
            return false;
        }
    }

    /** Answers; statelessly where the request was not accepted. */
    public void reply(SipReply reply) throws Unreachable {
        endpoint.reply(request, transaction, reply);
    }

    SIPRequest message() {
        return request;
    }
}
