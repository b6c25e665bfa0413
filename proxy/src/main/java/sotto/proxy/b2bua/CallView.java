package sotto.proxy.b2bua;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sotto.media.worker.LegQuality;
import sotto.media.worker.MediaSecurity;
import sotto.proxy.sdp.CodecPolicy;

/**
 * A call as the API shows it.
 *
 * @param id ours
 * @param state {@code RINGING}, {@code ANSWERED}, {@code ENDED}
 * @param from user part of the caller's address
 * @param to user part of the called address
 * @param trunk name of the trunk; empty while a call to the outside has none yet
 * @param callingSide who called: {@code caller} or {@code agent}
 * @param startedAt when the INVITE came
 * @param ringingAt when 180 or 183 was first passed on
 * @param answeredAt when 200 was passed on
 * @param securePay whether the mask is on
 * @param identity who vouches for the caller's number; empty where nobody was asked
 */
public record CallView(
        String id,
        String state,
        String from,
        String to,
        String trunk,
        String callingSide,
        Instant startedAt,
        Optional<Instant> ringingAt,
        Optional<Instant> answeredAt,
        boolean securePay,
        List<LegView> legs,
        Optional<IdentityView> identity) {
    /** True while secure-pay has to keep all of the caller's audio back, for it cannot be decoded and so not masked. */
    public boolean callerMuted() {
        return securePay
                && legs.stream().anyMatch(leg -> leg.side().equals("caller") && !CodecPolicy.isMaskable(leg.codec()));
    }

    /** One whose caller's number nobody was asked about. */
    public CallView(
            String id,
            String state,
            String from,
            String to,
            String trunk,
            String callingSide,
            Instant startedAt,
            Optional<Instant> ringingAt,
            Optional<Instant> answeredAt,
            boolean securePay,
            List<LegView> legs) {
        this(
                id,
                state,
                from,
                to,
                trunk,
                callingSide,
                startedAt,
                ringingAt,
                answeredAt,
                securePay,
                legs,
                Optional.empty());
    }

    /**
     * Who vouches for the caller's number (RFC 8224, RFC 8588).
     *
     * @param verstat what came of its verification; empty where we signed
     * @param reason why it is not verified
     * @param attest {@code A}, {@code B}, {@code C}
     * @param origid leads the signer to the origin of the call
     * @param certificate subject of the signer's
     */
    public record IdentityView(
            Optional<String> verstat,
            Optional<String> reason,
            Optional<String> attest,
            Optional<String> origid,
            Optional<String> certificate) {}

    /**
     * One side of a call.
     *
     * @param side {@code caller} or {@code agent}
     * @param peer name of the trunk, or of the peer behind it
     * @param transport {@code udp}, {@code tcp}, {@code tls}
     * @param security of its audio, as media has it now
     * @param codec such as {@code PCMU}; {@code t38} from the first fax of the call on; empty until settled
     * @param remote signalling peer, address and port
     * @param sipCallId the leg's SIP Call-ID
     * @param quality in spans of 5 s; empty before the first is over
     */
    public record LegView(
            String side,
            String peer,
            String transport,
            MediaSecurity security,
            String codec,
            String remote,
            String sipCallId,
            Optional<LegQuality> quality) {
        /** One that nothing was heard of yet. */
        public LegView(
                String side,
                String peer,
                String transport,
                MediaSecurity security,
                String codec,
                String remote,
                String sipCallId) {
            this(side, peer, transport, security, codec, remote, sipCallId, Optional.empty());
        }

        /** Suite of its SRTP; {@code none} while nothing is encrypted, because it is plain or has no keys yet. */
        public String srtp() {
            return security.suite().map(Enum::name).orElse("none");
        }

        /** Where its keys came from: {@code none}, {@code sdes}, {@code dtls}, {@code dtls-pending}, {@code dtls-failed}. */
        public String keying() {
            return security.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
