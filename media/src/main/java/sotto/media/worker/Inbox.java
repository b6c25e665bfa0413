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
        if (kind != FirstOctet.RTP) {
            return judgeOther(kind, offset, lengthBytes, source);
        }
        if (lengthBytes >= PacketIo.SLOT_BYTES || !forRtp || !view.wrap(offset, lengthBytes)) {
            return Verdict.RTP_MALFORMED; // cut off, on the RTCP port, or shorter than it says
        }
        return leg.rtp(source, view, System.nanoTime());
    }

    private Verdict judgeOther(FirstOctet kind, int offset, int lengthBytes, @Nullable InetSocketAddress source) {
        long nowNs = System.nanoTime();
        if (kind == FirstOctet.RTCP) {
            counts.rtcpPacket();
            return lengthBytes < PacketIo.SLOT_BYTES
                    ? leg.rtcp(forRtp, source, offset, lengthBytes, nowNs)
                    : Verdict.RTCP_MALFORMED;
        }
        if (!forRtp || kind == FirstOctet.NEITHER) {
            return Verdict.NOT_RTP; // nor is there ICE or DTLS on the RTCP port: with either, rtcp-mux it is
        }
        return kind == FirstOctet.STUN
                ? leg.transport().stun(source, offset, lengthBytes, nowNs)
                : leg.transport().dtls(source, offset, lengthBytes);
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
