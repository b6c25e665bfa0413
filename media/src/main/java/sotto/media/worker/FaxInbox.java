package sotto.media.worker;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import sotto.media.packet.Verdict;

/**
 * What arrives on the even port of a leg that carries a fax: UDPTL alone, which no octet tells from RTP (RFC 7983 does not
 * know it), so the port has this in the place of its {@link Inbox} for as long. Belongs to the worker.
 */
final class FaxInbox implements PacketIo.Receiver {
    private final Worker worker;
    private final Call call;
    private final Leg leg;
    private final WorkerCounts counts;

    FaxInbox(Worker worker, Call call, Leg leg) {
        this.worker = worker;
        this.call = call;
        this.leg = leg;
        this.counts = worker.counts();
    }

    @Override
    public void received(int offset, int lengthBytes, @Nullable InetSocketAddress source) {
        try {
            counts.packet(
                    lengthBytes < PacketIo.SLOT_BYTES
                            ? leg.udptl(source, offset, lengthBytes, System.nanoTime())
                            : Verdict.UDPTL_MALFORMED); // cut off
        } catch (Throwable e) { // never of the datagram's making: the path answers with verdicts
            worker.fault(call, e);
        }
    }

    @Override
    public void refused() {
        counts.packet(Verdict.SEND_REFUSED);
    }

    @Override
    public void failed(Throwable cause) {
        worker.fault(call, cause);
    }
}
