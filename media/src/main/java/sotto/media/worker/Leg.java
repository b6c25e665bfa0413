package sotto.media.worker;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import sotto.media.net.Latch;
import sotto.media.net.MediaPort;
import sotto.media.net.PortPair;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;
import sotto.media.path.FaxLeg;
import sotto.media.path.ForwardPath;
import sotto.media.path.RtcpPath;
import sotto.media.path.SettledLeg;
import sotto.media.path.SourceLatch;
import sotto.media.path.UdptlPath;
import sotto.media.rtcp.RtcpSession;
import sotto.media.rtp.ReceiveStats;
import sotto.media.rtp.Rewrite;
import sotto.media.srtp.SrtpTransform;

/**
 * One end of a call: its ports, keys, and all that is known of its peer. Belongs to the worker that owns the call; what
 * {@link #report} reads may be read by anyone.
 */
final class Leg implements AutoCloseable {
    private final PortPair pair;
    private final PacketIo io;
    private final MediaPort rtpPort;
    private final MediaPort rtcpPort;
    private final Latch latch;
    private final Latch rtcpLatch;
    private final SourceLatch source;
    private final SourceLatch rtcpSource;
    private final ReceiveStats stats = new ReceiveStats();
    private final Rewrite stream;
    private final RtcpSession rtcp;
    private final KeyedTransform receive = new KeyedTransform();
    private final KeyedTransform send = new KeyedTransform();
    private volatile boolean connected;
    private volatile MediaSecurity security = MediaSecurity.NONE;
    private @Nullable SettledLeg settled;
    private @Nullable ForwardPath path;
    private @Nullable RtcpPath rtcpPath;
    private @Nullable RtcpPath rtcpOnRtpPath;
    private @Nullable FaxLeg fax;
    private @Nullable UdptlPath faxPath;

    Leg(PortPair pair, PacketIo io, long nowNs, RandomGenerator random) {
        this.pair = pair;
        this.io = io;
        rtpPort = io.port(pair.rtp());
        rtcpPort = io.port(pair.rtcp());
        latch = new Latch(nowNs);
        rtcpLatch = new Latch(nowNs);
        source = new SourceLatch(latch, rtpPort);
        rtcpSource = new SourceLatch(rtcpLatch, rtcpPort);
        stream = new Rewrite(random.nextInt(), random.nextInt(1 << 15)); // RFC 3550 §5.1, RFC 3711 §3.3.1
        rtcp = new RtcpSession(stream, stats, random, nowNs);
    }

    void listen(PacketIo.Receiver rtp, PacketIo.Receiver rtcp) {
        io.add(rtpPort, rtp);
        io.add(rtcpPort, rtcp);
    }

    /** What comes for RTP goes there from now on. */
    void hear(PacketIo.Receiver rtp) {
        io.add(rtpPort, rtp);
    }

    void settle(LegPlan plan, long nowNs) {
        if (!plan.transport().equals(Transport.PLAIN)) {
            throw new UnsupportedOperationException("neither DTLS, ICE nor rtcp-mux runs yet"); // fail closed
        }
        security = plan.receiveKeys()
                .map(keys -> new MediaSecurity(MediaSecurity.Kind.SDES, Optional.of(keys.suite())))
                .orElse(MediaSecurity.NONE);
        receive.settle(plan.receiveKeys());
        send.settle(plan.sendKeys());
        boolean authenticates = receive.transform() != null;
        if (latch.settle(plan.remote(), authenticates, nowNs)) {
            rtpPort.aim(plan.remote());
        }
        connected = true;
        if (plan.udptl()) {
            settleFax(plan);
            return;
        }
        fax = null;
        faxPath = null;
        if (rtcpLatch.settle(plan.remoteRtcp(), authenticates, nowNs)) {
            rtcpPort.aim(plan.remoteRtcp());
        }
        settled = new SettledLeg(
                source,
                rtpPort,
                stats,
                stream,
                plan.format(),
                plan.payloadType(),
                plan.telephoneEvent(),
                receive.transform(),
                send.transform(),
                plan.peerReceives());
        rtcpPath = new RtcpPath(io.memory(), rtcpSource, receive.transform(), rtcp);
        rtcpOnRtpPath = new RtcpPath(io.memory(), source, receive.transform(), rtcp);
    }

    /** The same port carries the fax, as peers' address translators have a way for it already; audio stops. */
    private void settleFax(LegPlan plan) {
        settled = null;
        path = null;
        rtcpPath = null;
        rtcpOnRtpPath = null;
        fax = new FaxLeg(source, rtpPort, plan.peerReceives());
    }

    boolean isFax() {
        return fax != null;
    }

    /** Both directions of a fax need both legs. */
    void faxTo(Leg other) {
        FaxLeg own = fax;
        faxPath = own == null ? null : new UdptlPath(io.memory(), own, other.fax);
    }

    Verdict udptl(@Nullable InetSocketAddress from, int offset, int lengthBytes, long nowNs) {
        UdptlPath way = faxPath;
        return way == null ? Verdict.LEG_NOT_CONNECTED : way.process(from, offset, lengthBytes, nowNs);
    }

    @Nullable
    SettledLeg settled() {
        return settled;
    }

    void path(ForwardPath path) {
        this.path = path;
    }

    /** Payload types of the other leg become those of this one on their way out. */
    void translate(SettledLeg from) {
        SettledLeg to = settled;
        if (to == null) {
            return;
        }
        stream.map(from.payloadType(), to.payloadType());
        OptionalInt event = to.telephoneEvent();
        if (event.isPresent()) {
            from.telephoneEvent().ifPresent(type -> stream.map(type, event.getAsInt()));
        }
    }

    Verdict rtp(@Nullable InetSocketAddress from, RtpView packet, long nowNs) {
        if (path == null) {
            return Verdict.LEG_NOT_CONNECTED;
        }
        source.from(from);
        return path.process(packet, nowNs);
    }

    /** @param onRtpPort where rtcp-mux is done without having been offered: read all the same (RFC 5761 §5.1.1) */
    Verdict rtcp(boolean onRtpPort, @Nullable InetSocketAddress from, int offset, int lengthBytes, long nowNs) {
        RtcpPath way = onRtpPort ? rtcpOnRtpPath : rtcpPath;
        return way == null ? Verdict.LEG_NOT_CONNECTED : way.process(from, offset, lengthBytes, nowNs);
    }

    /** Sends our report to the peer where it is due, about every 5 s (RFC 3550 §6.2); on hold too, not in a fax. */
    void reportToPeer(long nowNs) {
        if (settled == null || !rtcp.isDue(nowNs)) {
            return;
        }
        int lengthBytes = rtcp.write(io.memory(), io.ownSlot(), nowNs);
        SrtpTransform seal = send.transform();
        if (seal != null) {
            lengthBytes = seal.sealRtcp(io.memory().address() + io.ownSlot(), lengthBytes); // RFC 3711 §3.4
            if (lengthBytes < 0) {
                return; // not sent in the clear; audio that cannot be sealed either is counted as such
            }
        }
        rtcpPort.send(io.ownSlot(), lengthBytes);
    }

    /** Any thread. */
    Optional<LegReport> report(long keyPresses) {
        if (!connected) {
            return Optional.empty();
        }
        return Optional.of(new LegReport(
                stats.received(),
                stream.sent(),
                stats.lost(),
                stats.jitterMs(),
                stats.mos(),
                latch.latched(),
                keyPresses,
                security));
    }

    /** When the peer's RTP or RTCP was last heard; any thread. */
    long heardNs() {
        long rtpNs = latch.heardNs();
        long rtcpNs = rtcpLatch.heardNs();
        return rtpNs - rtcpNs > 0 ? rtpNs : rtcpNs;
    }

    PortPair pair() {
        return pair;
    }

    /** Wipes keys and closes sockets; nothing is heard or sent any more. */
    @Override
    public void close() {
        path = null;
        rtcpPath = null;
        rtcpOnRtpPath = null;
        faxPath = null;
        io.remove(rtpPort);
        io.remove(rtcpPort);
        receive.close();
        send.close();
    }
}
