package sotto.proxy.sip;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.sip.address.Address;
import javax.sip.address.SipURI;
import sotto.proxy.sip.digest.DigestMemory;
import sotto.proxy.sip.digest.DigestUser;

/**
 * State of one dialog (RFC 3261 §12), kept apart from transactions and sockets. Owned by its call, used by one thread at
 * a time.
 */
public final class SipDialog {
    private final String realm;
    private final String callId;
    private final String localTag;
    private final SipTransport transport;
    private String remoteTag;
    private final Address local;
    private final Address remote;
    private SipURI target;
    private List<Address> routes;
    private final AtomicLong localCseq;
    private long remoteCseq;
    private Optional<DigestMemory> digest = Optional.empty();
    private Optional<InetSocketAddress> hop = Optional.empty();
    private boolean keepsHop;
    private boolean relayed;

    @SuppressWarnings("ParameterNumber") // the state of RFC 3261 §12
    SipDialog(
            String realm,
            String callId,
            String localTag,
            SipTransport transport,
            Address local,
            Address remote,
            SipURI target) {
        this(realm, callId, localTag, transport, local, remote, target, new AtomicLong());
    }

    @SuppressWarnings("ParameterNumber") // the state of RFC 3261 §12
    private SipDialog(
            String realm,
            String callId,
            String localTag,
            SipTransport transport,
            Address local,
            Address remote,
            SipURI target,
            AtomicLong localCseq) {
        this.realm = realm;
        this.localCseq = localCseq;
        this.callId = callId;
        this.localTag = localTag;
        this.transport = transport;
        this.remoteTag = "";
        this.local = local;
        this.remote = remote;
        this.target = target;
        this.routes = List.of();
        this.remoteCseq = -1;
    }

    /** Name of the realm that its peer is in. */
    public String realm() {
        return realm;
    }

    /** The same for a request of somebody else that has this number; a Contact is for whoever relays it to write. */
    static SipDialog relayed(SipDialog dialog, long cseq) {
        dialog.localCseq.set(cseq - 1);
        dialog.relayed = true;
        return dialog;
    }

    boolean isRelayed() {
        return relayed;
    }

    public String callId() {
        return callId;
    }

    public String localTag() {
        return localTag;
    }

    public String remoteTag() {
        return remoteTag;
    }

    /** Who is at the other end, as the dialog names it. */
    public SipParty remoteParty() {
        return Headers.party(remote);
    }

    public SipTransport transport() {
        return transport;
    }

    /** True where the request is of this dialog and newer than all before it (RFC 3261 §12.2.2); remembers it. */
    public boolean isNext(SipRequest request) {
        if (!request.callId().equals(callId) || !request.fromTag().equals(remoteTag) || request.cseq() <= remoteCseq) {
            return false;
        }
        remoteCseq = request.cseq();
        return true;
    }

    /** True where Call-ID and both tags are of this dialog. */
    public boolean owns(SipRequest request) {
        return request.callId().equals(callId)
                && request.fromTag().equals(remoteTag)
                && request.toTag().equals(localTag);
    }

    /** What the INVITE that made this dialog says, on the answering side (RFC 3261 §12.1.1). */
    void answering(SipRequest invite) {
        remoteTag = invite.fromTag();
        remoteCseq = invite.cseq();
        routes = Headers.recordRoutes(invite.message());
    }

    /** Until the peer has told its Contact, requests go there; by the request URI where it is empty. */
    public void through(Optional<InetSocketAddress> place) {
        hop = place;
    }

    /** Requests name the Contact of that user agent, and go its way whatever Contact it tells later (RFC 5626 §5.3). */
    public SipDialog along(SipFlow flow) throws Unreachable {
        target = flow.target();
        keep(flow.address());
        return this;
    }

    /** Requests go there whatever Contact the peer tells: it is behind an address translator, or may be. */
    public void keep(InetSocketAddress source) {
        hop = Optional.of(source);
        keepsHop = true;
    }

    Optional<InetSocketAddress> hop() {
        return hop;
    }

    /** From here on challenges to its requests are answered, where there is somebody to answer as (RFC 3261 §22). */
    public void answersAs(Optional<DigestUser> user) {
        digest = user.map(DigestMemory::new);
    }

    /** Takes over what the 2xx says, on the calling side (RFC 3261 §12.1.2). */
    public void confirmed(SipResponse answer) {
        if (remoteTag.isEmpty()) {
            routes = Headers.recordRoutes(answer.message()).reversed();
        }
        remoteTag = answer.toTag();
        refresh(Headers.contact(answer.message()));
    }

    /** A re-INVITE of the peer, or its 2xx to ours, may name a new Contact (RFC 3261 §12.2). */
    public void refresh(SipRequest reInvite) {
        refresh(Headers.contact(reInvite.message()));
    }

    private void refresh(Optional<SipURI> contact) {
        contact.ifPresent(uri -> {
            target = uri;
            hop = keepsHop ? hop : Optional.empty();
        });
    }

    /**
     * The same dialog as one branch of a forked INVITE made it, early or confirmed (RFC 3261 §12.1.2, §13.2.2.4). All count
     * their requests together: numbers may be left out, never used twice.
     */
    public SipDialog forked(SipResponse answer) {
        SipDialog other = new SipDialog(realm, callId, localTag, transport, local, remote, target, localCseq);
        other.digest = digest;
        other.hop = hop;
        other.keepsHop = keepsHop;
        other.confirmed(answer);
        return other;
    }

    Optional<DigestMemory> digest() {
        return digest;
    }

    long nextCseq() {
        return localCseq.incrementAndGet();
    }

    Address local() {
        return local;
    }

    Address remote() {
        return remote;
    }

    SipURI target() {
        return target;
    }

    List<Address> routes() {
        return routes;
    }
}
