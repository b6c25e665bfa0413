package sotto.media.worker;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import sotto.media.net.FirstOctet;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/**
 * What arrives on one port of a leg: told apart by its first octets (RFC 7983) and counted by what became of it. Belongs
 * to the worker. Nothing that happens here reaches another call.
 */
final class Inbox implements PacketIo.Receiver {
    private final Worker worker;
    private final Call call;
    private final Leg leg;
    private final boolean forRtp;
    private final RtpView view;
    private final WorkerCounts counts;

    Inbox(Worker worker, Call call, Leg leg, boolean forRtp) {
        this.worker = worker;
        this.call = call;
        this.leg = leg;
        this.forRtp = forRtp;
        this.view = worker.view();
        this.counts = worker.counts();
    }

    @Override
    public void received(int offset, int lengthBytes, @Nullable InetSocketAddress source) {
        try {
            counts.packet(judge(offset, lengthBytes, source));
        } catch (Throwable e) { // never of the packet's making: stages answer with verdicts
            worker.fault(call, e);
        }
    }

    private Verdict judge(int offset, int lengthBytes, @Nullable InetSocketAddress source) {
        FirstOctet kind = FirstOctet.of(view.memory(), offset, lengthBytes);
        if (kind == FirstOctet.NEITHER) {
            return Verdict.NOT_RTP;
        }
        long nowNs = System.nanoTime();
        if (kind == FirstOctet.RTCP) {
            counts.rtcpPacket();
            return lengthBytes < PacketIo.SLOT_BYTES
                    ? leg.rtcp(forRtp, source, offset, lengthBytes, nowNs)
                    : Verdict.RTCP_MALFORMED;
        }
        if (lengthBytes >= PacketIo.SLOT_BYTES || !forRtp || !view.wrap(offset, lengthBytes)) {
            return Verdict.RTP_MALFORMED; // cut off, on the RTCP port, or shorter than it says
        }
        return leg.rtp(source, view, nowNs);
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
