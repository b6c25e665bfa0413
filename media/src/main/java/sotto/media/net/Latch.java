package sotto.media.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a leg's peer really sends from (symmetric RTP, RFC 4961; latching, RFC 7362 §4). Written by the worker that owns
 * the leg; {@link #latched} and {@link #heardNs} may be read by anyone.
 *
 * <p>S is the address that SDP names; a, b are others.
 * <pre>
 *  leg    held      packet from  answer     holds then
 *  plain  -         a            MOVED      a          first come, until something better is seen
 *  plain  a         b            STRANGER   a
 *  plain  a         S            MOVED      S          what SDP names wins
 *  plain  S         a            STRANGER   S          and is never displaced
 *  plain  -         S            MOVED      S
 *  SRTP   -         a            MOVED      a          its tag matched: nothing else gets this far
 *  SRTP   a         b            MOVED      b          NAT rebinding; authentic, so it is the peer
 *  SRTP   b         a            HELD       b          late, or sent by two ways: at most one move a second
 *  re-INVITE, other S:           -          the old source may not come first again for a second: it is in flight
 *  re-INVITE, same S:            as before
 *  ICE    -         a            STRANGER   -          binding requests alone say where the peer is (RFC 8445)
 *  ICE    a         b            STRANGER   a          until they nominate another source
 * </pre>
 */
public final class Latch {
    /** What became of a source. */
    public enum Answer {
        /** The one that is held, or as good. */
        HELD,
        /** Taken over: it is held from now on. */
        MOVED,
        /** Not the peer: nothing changed. */
        STRANGER
    }

    private enum Claim {
        NONE,
        FIRST_COME,
        NAMED_BY_SDP,
        AUTHENTIC
    }

    private static final long SETTLING_NS = 1_000_000_000L;
    private static final VarHandle HEARD_NS;

    static {
        try {
            HEARD_NS = MethodHandles.lookup().findVarHandle(Latch.class, "heardNs", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable InetSocketAddress latched;
    private long heardNs;
    private Claim claim = Claim.NONE;
    private @Nullable InetSocketAddress named;
    private boolean authenticates;
    private @Nullable InetSocketAddress old;
    private long settledNs;
    private boolean strict;
    private boolean rebound;
    private long reboundNs;

    /**
     * @param nowNs counts as the time when the peer was last heard, until it is
     */
    public Latch(long nowNs) {
        heardNs = nowNs;
    }

    /**
     * Takes what SDP names.
     *
     * @param named the peer's address; the wildcard address, an old way to put on hold (RFC 3264 §8.4), changes nothing
     * @param authenticates true where only packets with a good tag are shown to {@link #see}
     * @return true where the latch starts anew: send to {@code named} until a source is seen
     */
    public boolean settle(InetSocketAddress named, boolean authenticates, long nowNs) {
        if (named.getAddress().isAnyLocalAddress() && this.named != null) {
            return false;
        }
        if (named.equals(this.named) && authenticates == this.authenticates && !strict) {
            return false;
        }
        strict = false;
        old = latched;
        latched = null;
        claim = Claim.NONE;
        rebound = false;
        settledNs = nowNs;
        this.named = named;
        this.authenticates = authenticates;
        return true;
    }

    /**
     * Hears one source alone from now on, as ICE found it, until told otherwise or settled.
     *
     * @param peer null for nobody yet
     */
    public void strict(@Nullable InetSocketAddress peer) {
        strict = true;
        latched = peer;
        claim = peer == null ? Claim.NONE : Claim.AUTHENTIC;
    }

    /** Judges where a packet came from; on an authenticating leg, only after its tag was found good. */
    public Answer see(InetSocketAddress source, long nowNs) {
        if (source.equals(latched)) {
            return Answer.HELD;
        }
        if (strict) {
            return Answer.STRANGER;
        }
        if (authenticates) {
            return seeAuthentic(source, nowNs);
        }
        if (source.equals(named)) {
            return move(source, Claim.NAMED_BY_SDP);
        }
        if (claim == Claim.NONE && !(source.equals(old) && nowNs - settledNs < SETTLING_NS)) {
            return move(source, Claim.FIRST_COME);
        }
        return Answer.STRANGER;
    }

    private Answer seeAuthentic(InetSocketAddress source, long nowNs) {
        if (claim == Claim.AUTHENTIC) {
            if (rebound && nowNs - reboundNs < SETTLING_NS) {
                return Answer.HELD;
            }
            rebound = true;
            reboundNs = nowNs;
        }
        return move(source, Claim.AUTHENTIC);
    }

    private Answer move(InetSocketAddress source, Claim by) {
        latched = source;
        claim = by;
        return Answer.MOVED;
    }

    /** True where the source that is held authenticated, or is the one that SDP names. */
    public boolean hasWon() {
        return claim == Claim.AUTHENTIC || claim == Claim.NAMED_BY_SDP;
    }

    /** Notes that the peer was heard. */
    public void heard(long nowNs) {
        HEARD_NS.setRelease(this, nowNs);
    }

    /** When the peer was last heard, on the worker's clock. */
    public long heardNs() {
        return (long) HEARD_NS.getAcquire(this);
    }

    public Optional<InetSocketAddress> latched() {
        return Optional.ofNullable(latched);
    }
}
