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
import sotto.media.srtp.SrtpKeys;
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
    private final QualityWatch quality;
    private final KeyedTransform receive = new KeyedTransform();
    private final KeyedTransform send = new KeyedTransform();
    private final LegTransport transport;
    private volatile boolean connected;
    private @Nullable LegPlan plan; // of audio; its keys are the transforms' by now
    private @Nullable SettledLeg settled;
    private @Nullable ForwardPath path;
    private @Nullable RtcpPath rtcpPath;
    private @Nullable RtcpPath rtcpOnRtpPath;
    private @Nullable FaxLeg fax;
    private @Nullable UdptlPath faxPath;

    /** @param changed run when what may pass has changed, so that paths are to be made anew; on the worker */
    Leg(PortPair pair, Worker worker, long nowNs, RandomGenerator random, Runnable changed) {
        this.pair = pair;
        this.io = worker.io();
        rtpPort = io.port(pair.rtp());
        rtcpPort = io.port(pair.rtcp());
        latch = new Latch(nowNs);
        rtcpLatch = new Latch(nowNs);
        source = new SourceLatch(latch, rtpPort);
        rtcpSource = new SourceLatch(rtcpLatch, rtcpPort);
        stream = new Rewrite(random.nextInt(), random.nextInt(1 << 15)); // RFC 3550 §5.1, RFC 3711 §3.3.1
        rtcp = new RtcpSession(stream, stats, random, nowNs);
        quality = new QualityWatch(stats, rtcp, nowNs);
        transport = new LegTransport(worker, rtpPort, latch, new Changes(changed));
    }

    private final class Changes implements LegTransport.Changes {
        private final Runnable paths;

        Changes(Runnable paths) {
            this.paths = paths;
        }

        @Override
        public void keyed(SrtpKeys receiveKeys, SrtpKeys sendKeys) {
            receive.settle(Optional.of(receiveKeys));
            send.settle(Optional.of(sendKeys));
            changed();
        }

        @Override
        public void changed() {
            renew();
            paths.run();
        }
    }

    LegTransport transport() {
        return transport;
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
        if (transport.settle(plan, nowNs)) {
            receive.close();
            send.close();
        }
        if (!transport.hasDtls()) {
            receive.settle(plan.receiveKeys());
            send.settle(plan.sendKeys());
        }
        boolean authenticates = transport.hasDtls() || receive.transform() != null;
        if (!transport.hasIce() && latch.settle(plan.remote(), authenticates, nowNs)) {
            rtpPort.aim(plan.remote());
        }
        connected = true;
        if (plan.udptl()) {
            settleFax(plan);
            return;
        }
        fax = null;
        faxPath = null;
        if (!isMuxed(plan) && rtcpLatch.settle(plan.remoteRtcp(), authenticates, nowNs)) {
            rtcpPort.aim(plan.remoteRtcp());
        }
        this.plan = plan;
        stats.clockRateHz(plan.clockHz());
        stream.clockRateHz(plan.clockHz());
        rtcp.voipMetrics(plan.voipMetrics());
        renew();
    }

    /** One component for both: as negotiated, and wherever ICE or DTLS was done for the RTP port alone. */
    private boolean isMuxed(LegPlan plan) {
        return plan.transport().rtcpMux() || transport.hasIce() || transport.hasDtls();
    }

    private void renew() {
        LegPlan of = plan;
        if (of == null) {
            return;
        }
        settled = new SettledLeg(
                source,
                rtpPort,
                stats,
                stream,
                of.format(),
                of.payloadType(),
                of.telephoneEvent(),
                receive.transform(),
                send.transform(),
                of.peerReceives(),
                transport.notHeard(),
                transport.notSent());
        boolean heard = transport.notHeard() == null;
        rtcpPath = heard && !isMuxed(of) ? new RtcpPath(io.memory(), rtcpSource, receive.transform(), rtcp) : null;
        rtcpOnRtpPath = heard ? new RtcpPath(io.memory(), source, receive.transform(), rtcp) : null;
    }

    /** The same port carries the fax, as peers' address translators have a way for it already; audio stops. */
    private void settleFax(LegPlan plan) {
        this.plan = null;
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
        if (way != null) {
            return way.process(from, offset, lengthBytes, nowNs);
        }
        Verdict notHeard = transport.notHeard();
        return notHeard != null ? notHeard : settled == null ? Verdict.LEG_NOT_CONNECTED : Verdict.SOURCE_STRANGER;
    }

    /**
     * What is due by the clock: consent, a look at the quality, and our report to the peer.
     *
     * @param counts of the leg's side
     */
    void tick(long nowNs, QualityCounts counts) {
        transport.tick(nowNs);
        quality.tick(nowNs, counts);
        reportToPeer(nowNs);
    }

    /** About every 5 s (RFC 3550 §6.2); on hold too, not in a fax. */
    private void reportToPeer(long nowNs) {
        LegPlan of = plan;
        if (of == null || transport.notSent() != null || !rtcp.isDue(nowNs)) {
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
        (isMuxed(of) ? rtpPort : rtcpPort).send(io.ownSlot(), lengthBytes); // RFC 5761 §5
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
                transport.security(),
                quality.quality()));
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
        try (receive;
                send;
                transport) {
            plan = null;
        }
    }
}
