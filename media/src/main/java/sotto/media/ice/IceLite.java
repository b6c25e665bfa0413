package sotto.media.ice;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import sotto.media.packet.Verdict;

/**
 * The lite side of one ICE session (RFC 8445 §2.5): answers the peer's checks and learns from them where it is. Belongs to
 * the worker of its leg. Nothing allocates here but the first request from a place.
 *
 * <p>Sources a, b send binding requests; priorities are those of the requests.
 * <pre>
 *  s     from  user, integrity  USE-CANDIDATE  priority  answer  selected then
 *  0     a     none             -              -         400     -
 *  0     a     wrong            yes            9         401     -         nothing unauthenticated moves state
 *  0     a     good             no             9         200     -
 *  0     b     good             yes            5         200     b
 *  0.1   a     good             yes            9         200     a         aggressive nomination: the better pair
 *  0.2   b     good             yes            5         200     a
 *  2     b     good             yes            5         200     b         a was not nominated for a second: it has moved
 *  32    -                                                       none      30 s without a request of b: no consent
 *  33    b     good             yes            5         200     b         asked for again
 * </pre>
 *
 * <p>A role conflict (487) cannot be: a lite agent is always the controlled one of a full peer. Out of scope: a component for
 * RTCP, MESSAGE-INTEGRITY-SHA256, and consent that we ask for ourselves; the peer's own requests stand for it (RFC 7675 §4).
 */
public final class IceLite implements AutoCloseable {
    private static final long CONSENT_NS = 30_000_000_000L; // RFC 7675 §5.1
    private static final long NOMINATION_NS = 1_000_000_000L;
    private static final int MOST_BYTES = 1_280; // of a request; RFC 8489 §6.1 has them below the MTU

    private final IcePlan plan;
    private final byte[] user;
    private final Integrity integrity;
    private final StunMessage request = new StunMessage();
    private final StunAnswer answer = new StunAnswer();
    private final byte[] octets = new byte[MOST_BYTES];
    private @Nullable InetSocketAddress selected;
    private long selectedPriority;
    private long nominatedNs;
    private long consentNs;

    /**
     * Begins a session, or the one after a restart.
     *
     * @param plan closed with this
     * @param nowNs 30 s from here without a request end what was selected before a restart, too
     */
    public IceLite(IcePlan plan, long nowNs) {
        this.plan = plan;
        user = (plan.own().ufrag() + ':' + plan.remoteUfrag()).getBytes(StandardCharsets.UTF_8); // RFC 8445 §7.2.2
        byte[] password = plan.own().password();
        integrity = new Integrity(password);
        Arrays.fill(password, (byte) 0);
        consentNs = nowNs;
    }

    /** The session that this is for. */
    public IcePlan plan() {
        return plan;
    }

    /**
     * Takes one datagram; then {@link #answer} has what is to be sent back to where it came from.
     *
     * @param memory where it lies
     * @param offset its first octet
     * @param lengthBytes octets that arrived
     * @param from its source
     * @return {@link Verdict#CONSUMED}, or why it was refused or not looked at
     */
    public Verdict receive(MemorySegment memory, int offset, int lengthBytes, InetSocketAddress from, long nowNs) {
        answer.clear();
        if (lengthBytes > MOST_BYTES) {
            return Verdict.STUN_MALFORMED;
        }
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, octets, 0, lengthBytes);
        if (!request.read(octets, lengthBytes) || !request.hasFingerprint()) {
            return Verdict.STUN_MALFORMED; // RFC 8445 §7.1: each check has it; without, silence (RFC 8489 §6.3)
        }
        if (request.type() == StunMessage.BINDING_INDICATION) {
            return Verdict.CONSUMED; // keeps a way through address translators open, says nothing (RFC 8445 §11)
        }
        if (request.type() != StunMessage.BINDING_REQUEST) {
            return Verdict.STUN_UNEXPECTED; // an answer, but nothing was asked; or no method of ICE
        }
        if (!request.isSigned()) {
            answer.badRequest(request);
            return Verdict.STUN_UNAUTHENTIC;
        }
        if (!request.isFor(user) || !request.isAuthentic(integrity)) {
            answer.unauthenticated(request);
            return Verdict.STUN_UNAUTHENTIC;
        }
        if (request.unknownCount() > 0) {
            answer.unknownAttributes(request, integrity);
            return Verdict.STUN_UNEXPECTED;
        }
        accept(from, nowNs);
        answer.success(request, from, integrity);
        return Verdict.CONSUMED;
    }

    private void accept(InetSocketAddress from, long nowNs) {
        boolean held = from.equals(selected);
        if (request.usesCandidate()
                && (held
                        || selected == null
                        || request.priority() > selectedPriority
                        || nowNs - nominatedNs >= NOMINATION_NS)) {
            selected = held ? selected : from;
            selectedPriority = request.priority();
            nominatedNs = nowNs;
            consentNs = nowNs;
        } else if (held) {
            consentNs = nowNs;
        }
    }

    /**
     * Writes the answer to what was just received.
     *
     * @param memory where to, from {@code offset} on; 128 octets at most
     * @return its length, 0 where there is none
     */
    public int answer(MemorySegment memory, int offset) {
        MemorySegment.copy(answer.octets(), 0, memory, ValueLayout.JAVA_BYTE, offset, answer.lengthBytes());
        return answer.lengthBytes();
    }

    /** The source that the peer nominated last; null before it has. */
    public @Nullable InetSocketAddress selected() {
        return selected;
    }

    /** False where the selected source has not asked for 30 s: nothing may be sent to it (RFC 7675 §5.1). */
    public boolean hasConsent(long nowNs) {
        return nowNs - consentNs < CONSENT_NS;
    }

    /** Wipes the password and all that came from it. */
    @Override
    public void close() {
        integrity.close();
        plan.close();
    }
}
