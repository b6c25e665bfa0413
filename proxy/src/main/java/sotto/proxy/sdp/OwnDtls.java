package sotto.proxy.sdp;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sotto.media.dtls.DtlsIdentity;
import sotto.media.dtls.DtlsPlan;
import sotto.media.ice.IceCredentials;
import sotto.media.ice.IcePlan;
import sotto.media.worker.Transport;
import sotto.proxy.sdp.SdpRefused.Reason;

/**
 * Our half of DTLS and ICE on one leg: what its lines say, and what comes of the peer's. Guarded by the call.
 *
 * <pre>
 *  the peer's re-offer has    our answer has                       the association
 *  all as it was              all as it was, our role too          stays, with its keys
 *  another ice-ufrag          another ice-ufrag and ice-pwd        stays; the peer is sought anew (RFC 8839 §4.4.1.1.1)
 *  other fingerprints         all as it was                        a new one (RFC 8842 §3.1)
 *  another role by its setup  the role that is left                a new one
 *
 *  its setup     ours
 *  actpass       passive: a browser begins once its ICE has found the way, and then nothing is sent into the void
 *  active        passive
 *  passive       active
 * </pre>
 */
final class OwnDtls implements AutoCloseable {
    private static final long HOST_PRIORITY = (126L << 24) | (65535L << 8) | 255; // RFC 8445 §5.1.2.1, component 1

    private final DtlsIdentity identity;
    private final SecureRandom random;
    private IceCredentials ice;
    private String profile = "UDP/TLS/RTP/SAVPF"; // RFC 8829 §5.1.2
    private List<String> mids = List.of("0");
    private boolean bundled = true; // a browser that bundles all wants a group, of one too
    private boolean active;
    private @Nullable PeerDtls peer;

    OwnDtls(DtlsIdentity identity, SecureRandom random) {
        this.identity = identity;
        this.random = random;
        this.ice = IceCredentials.create(random);
    }

    /** Of the m= line: the peer's own, once it is known. */
    String profile() {
        return profile;
    }

    /** Takes up what the peer offers, for an answer. */
    void offered(PeerDtls offer) {
        PeerDtls before = peer;
        if (before != null && !before.ufrag().equals(offer.ufrag())) {
            ice.close();
            ice = IceCredentials.create(random);
        }
        boolean goesOn = before != null && before.fingerprints().equals(offer.fingerprints());
        active = switch (offer.setup()) {
            case ACTIVE -> false;
            case PASSIVE -> true;
            case ACTPASS -> goesOn && active; // RFC 8842 §5.5: another role would be another association
        };
        profile = offer.profile();
        mids = offer.mids();
        bundled = offer.bundled();
        peer = offer;
    }

    /** Takes up what the peer answers to an offer of ours. */
    void answered(PeerDtls answer) throws SdpRefused {
        active = switch (answer.setup()) {
            case ACTIVE -> false;
            case PASSIVE -> true;
            case ACTPASS ->
                throw new SdpRefused(
                        Reason.DTLS_REFUSED,
                        "DTLS-SRTP is not possible: an answer has to choose its role (RFC 8842 §5.3)");
        };
        peer = answer;
    }

    /** Lines of the session. */
    void writeSession(SdpWriter writer, int place) {
        writer.line("a=ice-lite").line("a=ice-options:ice2"); // RFC 8839 §5.3, §5.6
        mid(place).filter(mid -> bundled).ifPresent(mid -> writer.line("a=group:BUNDLE " + mid)); // RFC 8843 §7.3.3
    }

    /** The a=mid of an m= line, refused or not (RFC 8829 §5.3.1). */
    void writeMid(SdpWriter writer, int place) {
        mid(place).ifPresent(mid -> writer.line("a=mid:" + mid));
    }

    private Optional<String> mid(int place) {
        return place < mids.size() ? Optional.of(mids.get(place)).filter(mid -> !mid.isEmpty()) : Optional.empty();
    }

    /** Lines of the stream. One candidate: a host of one address, and RTCP on the port of RTP. */
    void writeStream(SdpWriter writer, int place, boolean isOffer, OwnLines own) {
        String where = own.address().getHostAddress() + " " + own.rtpPort();
        writeMid(writer, place);
        writer.line("a=rtcp-mux");
        if (isOffer) {
            writer.line("a=rtcp-mux-only"); // RFC 8858 §4
        }
        writer.line("a=fingerprint:" + identity.fingerprint().text())
                .line("a=setup:" + (isOffer ? "actpass" : active ? "active" : "passive"))
                .line("a=ice-ufrag:" + ice.ufrag())
                .secret("a=ice-pwd:", ice.password())
                .line("a=candidate:1 1 UDP " + HOST_PRIORITY + " " + where + " typ host")
                .line("a=end-of-candidates"); // RFC 8840 §8.2
    }

    /** What is settled, for the media plane; credentials are copied, the leg closes them. */
    Transport transport() {
        PeerDtls known = peer;
        if (known == null) {
            throw new IllegalStateException("no answer yet");
        }
        return new Transport(
                Optional.of(new DtlsPlan(identity, active, known.fingerprints())),
                Optional.of(new IcePlan(ice.copy(), known.ufrag())),
                true);
    }

    @Override
    public void close() {
        ice.close();
    }
}
