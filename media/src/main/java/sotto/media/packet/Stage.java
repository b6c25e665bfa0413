package sotto.media.packet;

/** One step of a packet's way through the proxy. Runs on the worker that owns the leg. */
public interface Stage {
    /**
     * Acts on one packet, in place. Neither throws, logs, blocks nor allocates, whatever the peer sent.
     *
     * @param packet view over the datagram; valid until this call returns
     * @param nowNs the worker's monotonic clock, nanoseconds
     * @return {@link Verdict#NEXT}, or the reason why the packet goes no further
     */
    Verdict process(RtpView packet, long nowNs);
}
