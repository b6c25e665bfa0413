package sotto.proxy.b2bua;

import java.time.Instant;
import java.util.List;

/**
 * A call as the API shows it.
 *
 * @param id ours
 * @param state {@code RINGING}, {@code ANSWERED}, {@code ENDED}
 * @param from user part of the caller's address
 * @param to user part of the called address
 * @param trunk name of the trunk; empty while a call to the outside has none yet
 * @param securePay whether the mask is on
 */
public record CallView(
        String id,
        String state,
        String from,
        String to,
        String trunk,
        Instant startedAt,
        boolean securePay,
        List<LegView> legs) {
    /**
     * One side of a call.
     *
     * @param side {@code caller} or {@code agent}
     * @param peer name of the trunk, or of the peer behind it
     * @param transport {@code udp}, {@code tcp}, {@code tls}
     * @param srtp the SDES suite, or {@code none}
     * @param codec such as {@code PCMU}; empty until settled
     * @param remote signalling peer, address and port
     * @param sipCallId the leg's SIP Call-ID
     */
    public record LegView(
            String side, String peer, String transport, String srtp, String codec, String remote, String sipCallId) {}
}
