package sotto.media.worker;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sotto.media.dtls.DtlsAssociation;
import sotto.media.dtls.DtlsPlan;
import sotto.media.ice.IceLite;
import sotto.media.ice.IcePlan;
import sotto.media.net.Latch;
import sotto.media.net.MediaPort;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpKeys;
import sotto.media.srtp.SrtpSuite;

/**
 * The ICE session and the DTLS association of a leg, where it has them, and what may pass by their state. Belongs to the
 * worker that owns the call; what the association's own thread finds out comes as a command.
 */
final class LegTransport implements AutoCloseable {
    /** What the leg does when the state has changed; on the worker. */
    interface Changes {
        /** There are keys, which the leg owns from here on. */
        void keyed(SrtpKeys receive, SrtpKeys send);

        /** What may pass has changed. */
        void changed();
    }

    private final Worker worker;
    private final MediaPort port;
    private final Latch latch;
    private final Changes changes;
    private @Nullable IceLite ice;
    private @Nullable InetSocketAddress selected; // stays over a restart, until another one is nominated
    private boolean consent = true;
    private @Nullable DtlsPlan plan;
    private @Nullable InetSocketAddress named;
    private volatile @Nullable Exchange exchange;
    private volatile MediaSecurity security = MediaSecurity.NONE;

    /**
     * @param port of RTP, which carries all of it
     * @param latch of that port
     */
    LegTransport(Worker worker, MediaPort port, Latch latch, Changes changes) {
        this.worker = worker;
        this.port = port;
        this.latch = latch;
        this.changes = changes;
    }

    /** One association, from its first datagram on. Its methods are called by its thread. */
    private final class Exchange implements DtlsAssociation.Owner {
        private volatile @Nullable DtlsAssociation association;

        @Override
        public void send(byte[] datagram) {
            worker.execute(() -> {
                if (exchange != this) {
                    return; // as with keys
                }
                MemorySegment memory = worker.io().memory();
                int at = worker.io().ownSlot();
                MemorySegment.copy(datagram, 0, memory, ValueLayout.JAVA_BYTE, at, datagram.length);
                port.send(at, datagram.length); // lost where the socket refuses: it is sent again
            });
        }

        @Override
        public void keyed(SrtpKeys receive, SrtpKeys send) {
            worker.execute(() -> {
                if (exchange == this) {
                    security = new MediaSecurity(MediaSecurity.Kind.DTLS, Optional.of(receive.suite()));
                    changes.keyed(receive, send);
                } else { // the call ended, or a re-INVITE asked for another association
                    receive.close();
                    send.close();
                }
            });
        }

        @Override
        public void failed(boolean certificateRefused) {
            worker.execute(() -> {
                if (exchange == this) {
                    security = new MediaSecurity(MediaSecurity.Kind.DTLS_FAILED, Optional.empty());
                    worker.counts()
                            .packet(
                                    certificateRefused
                                            ? Verdict.DTLS_CERTIFICATE_REFUSED
                                            : Verdict.DTLS_HANDSHAKE_FAILED);
                    changes.changed();
                }
            });
        }
    }

    /**
     * Takes what offer and answer settled.
     *
     * @param legPlan its ICE credentials are ours from here on
     * @return true where keys of a former association are void: there is another one now, or none
     */
    boolean settle(LegPlan legPlan, long nowNs) {
        boolean restarted = settleIce(legPlan.transport().ice(), nowNs);
        named = legPlan.remote();
        DtlsPlan next = legPlan.transport().dtls().orElse(null);
        if (next == null && plan == null) {
            restarted = false; // a restart alone: audio goes on to where it goes, until there is another nomination
        }
        if (next == null) {
            security = legPlan.receiveKeys()
                    .map(keys -> attest(MediaSecurity.Kind.SDES, keys.suite()))
                    .orElse(MediaSecurity.NONE);
        } else if (next.equals(plan) && security.kind() != MediaSecurity.Kind.DTLS_FAILED) {
            return false; // RFC 8842 §3.1: the association goes on, with its keys and counters
        } else {
            security = new MediaSecurity(MediaSecurity.Kind.DTLS_PENDING, Optional.empty());
        }
        if (restarted) {
            seek(); // another certificate and another session: it may be another peer, which must not be the former one
        }
        boolean had = plan != null;
        plan = next;
        abandon();
        begin();
        return had || next != null;
    }

    private static MediaSecurity attest(MediaSecurity.Kind kind, SrtpSuite suite) {
        return new MediaSecurity(kind, Optional.of(suite));
    }

    /** True where there was another session before: a restart. */
    @SuppressWarnings("ReferenceEquality") // who owns the octets, not what they are
    private boolean settleIce(Optional<IcePlan> offered, long nowNs) {
        IcePlan next = offered.orElse(null);
        IceLite session = ice;
        if (session != null) {
            if (next != null && next.matches(session.plan())) {
                if (next != session.plan()) {
                    next.close();
                }
                return false;
            }
            session.close();
            ice = null;
        }
        if (next == null) {
            selected = null;
            consent = true;
            return false;
        }
        ice = new IceLite(next, nowNs);
        if (session == null) {
            seek();
        }
        return session != null;
    }

    /** Nothing goes where nobody has asked for it, and nobody is heard, until somebody is nominated. */
    private void seek() {
        selected = null;
        consent = true;
        port.silence();
        latch.strict(null);
    }

    boolean hasIce() {
        return ice != null;
    }

    boolean hasDtls() {
        return plan != null;
    }

    /** Any thread. */
    MediaSecurity security() {
        return security;
    }

    /** Why nothing of the peer is taken now; null where it is. */
    @Nullable
    Verdict notHeard() {
        return switch (security.kind()) {
            case DTLS_PENDING -> Verdict.DTLS_PENDING;
            case DTLS_FAILED -> Verdict.DTLS_FAILED;
            default -> null;
        };
    }

    /** Why nothing is sent to the peer now; null where it is. */
    @Nullable
    Verdict notSent() {
        Verdict verdict = notHeard();
        return verdict != null || consent ? verdict : Verdict.ICE_CONSENT_EXPIRED;
    }

    /** @param from null where it came from the peer that the port is turned to */
    Verdict stun(@Nullable InetSocketAddress from, int offset, int lengthBytes, long nowNs) {
        IceLite session = ice;
        InetSocketAddress source = from == null ? selected : from;
        if (session == null || source == null) {
            return Verdict.NOT_RTP; // as on any leg that has no use for it
        }
        MemorySegment memory = worker.io().memory();
        Verdict verdict = session.receive(memory, offset, lengthBytes, source, nowNs);
        InetSocketAddress nominated = session.selected();
        if (nominated != null && (!nominated.equals(selected) || !consent)) {
            turn(nominated); // before the answer: who has it may send at once
        }
        int answerBytes = session.answer(memory, worker.io().ownSlot());
        if (answerBytes > 0) {
            port.reply(worker.io().ownSlot(), answerBytes, source);
        }
        return verdict;
    }

    private void turn(InetSocketAddress to) {
        boolean changed = !consent;
        selected = to;
        consent = true;
        latch.strict(to);
        port.connect(to);
        begin();
        if (changed) {
            changes.changed();
        }
    }

    /** @param from null where it came from the peer that the port is turned to */
    Verdict dtls(@Nullable InetSocketAddress from, int offset, int lengthBytes) {
        if (plan == null) {
            return Verdict.NOT_RTP; // as on any leg that has no use for it
        }
        if (security.kind() == MediaSecurity.Kind.DTLS_FAILED) {
            return Verdict.DTLS_FAILED;
        }
        if (!isPeer(from)) {
            return Verdict.DTLS_UNEXPECTED;
        }
        Exchange current = exchange == null ? begin(plan) : exchange;
        DtlsAssociation association = current == null ? null : current.association;
        byte[] datagram = new byte[lengthBytes];
        MemorySegment.copy(worker.io().memory(), ValueLayout.JAVA_BYTE, offset, datagram, 0, lengthBytes);
        return association != null && association.offer(datagram) ? Verdict.CONSUMED : Verdict.DTLS_UNEXPECTED;
    }

    private boolean isPeer(@Nullable InetSocketAddress from) {
        if (ice != null) {
            return selected != null && (from == null || from.equals(selected));
        }
        return from == null
                || from.equals(named)
                || latch.latched().filter(from::equals).isPresent();
    }

    /** Where we are the client, the handshake is begun as soon as there is somebody to say hello to. */
    private void begin() {
        DtlsPlan asked = plan;
        boolean reachable = ice == null || selected != null;
        if (asked != null && asked.active() && exchange == null && reachable) {
            begin(asked);
        }
    }

    private @Nullable Exchange begin(DtlsPlan asked) {
        Exchange next = new Exchange();
        exchange = next; // before its thread can say anything
        next.association = worker.handshakes().begin(asked, next);
        if (next.association == null) {
            exchange = null;
        }
        return exchange;
    }

    /** Now and then: consent ends by silence, and a handshake that found no place is tried again. */
    void tick(long nowNs) {
        begin();
        if (consent && ice != null && selected != null && !ice.hasConsent(nowNs)) {
            consent = false;
            changes.changed();
        }
    }

    /** Tells the peer that the association ends (RFC 5246 §7.2.1); any thread, before the leg is closed. */
    void sayGoodbye() {
        DtlsAssociation association = exchange == null ? null : exchange.association;
        if (association != null) {
            association.close();
        }
    }

    private void abandon() {
        Exchange current = exchange;
        exchange = null; // what it still sends or finds out goes nowhere
        DtlsAssociation association = current == null ? null : current.association;
        if (association != null) {
            association.abandon();
        }
    }

    @Override
    public void close() {
        abandon();
        if (ice != null) {
            ice.close();
        }
    }
}
