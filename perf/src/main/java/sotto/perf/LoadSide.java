package sotto.perf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sotto.media.packet.RtpView;
import sotto.perf.dtmf.Packet;
import sotto.perf.run.Ports;
import sotto.perf.run.Samples;
import sotto.proxy.demo.SipMessage;

/**
 * One side of all calls: many user agents on one SIP socket, told apart by Call-ID, and on one RTP socket, told apart by
 * the port that the packet came from. Belongs to the generator's thread.
 */
final class LoadSide implements AutoCloseable {
    /** Of a packet: 20 ms of G.711. */
    static final int PAYLOAD_BYTES = 160;

    private static final int MOST_BYTES = 4096;
    private static final int PORTS = 65_536;

    private final DatagramChannel sip = Ports.open();
    private final DatagramChannel rtp = Ports.open();
    private final Map<String, LoadLeg> byCallId = new HashMap<>();
    private final @Nullable LoadLeg[] byPort = new LoadLeg[PORTS];
    private final Samples delays = new Samples();
    private final ByteBuffer sipBuffer = ByteBuffer.allocate(MOST_BYTES);
    private final MemorySegment memory = Arena.ofAuto().allocate(MOST_BYTES, 8);
    private final ByteBuffer rtpBuffer = memory.asByteBuffer();
    private final RtpView view = new RtpView(memory);
    private long sent;
    private long received;
    private long refused;
    private long messages;
    private long again;

    LoadSide() throws IOException {}

    InetSocketAddress sipAddress() throws IOException {
        return (InetSocketAddress) sip.getLocalAddress();
    }

    InetSocketAddress rtpAddress() throws IOException {
        return (InetSocketAddress) rtp.getLocalAddress();
    }

    void add(LoadLeg leg) {
        byCallId.put(leg.callId(), leg);
    }

    /** The leg hears what comes from this port from now on. */
    void hearFrom(int port, LoadLeg leg) {
        byPort[port] = leg;
    }

    void remove(LoadLeg leg) {
        byCallId.remove(leg.callId());
    }

    Optional<LoadLeg> leg(String callId) {
        return Optional.ofNullable(byCallId.get(callId));
    }

    void send(SipMessage message, InetSocketAddress to) throws IOException {
        sip.send(ByteBuffer.wrap(message.encode()), to);
    }

    /** Takes one SIP message where there is one. */
    boolean receiveSip(Receiver receiver) throws IOException {
        sipBuffer.clear();
        InetSocketAddress from = (InetSocketAddress) sip.receive(sipBuffer);
        if (from == null) {
            return false;
        }
        messages++;
        Optional<SipMessage> message = SipMessage.parse(sipBuffer.array(), sipBuffer.position());
        if (message.isPresent()) {
            receiver.take(this, message.get(), from);
        }
        return true;
    }

    /** Takes SIP messages. */
    @FunctionalInterface
    interface Receiver {
        void take(LoadSide side, SipMessage message, InetSocketAddress from) throws IOException;
    }

    /** Sends a leg's next packets: where it has no mouth one with the time, so that the delay can be told. */
    void sendRtp(LoadLeg leg, InetSocketAddress to, long nowNs) throws IOException {
        Optional<Lines.Mouth> mouth = leg.mouth();
        if (mouth.isPresent()) {
            for (Packet packet : mouth.get().next(nowNs)) {
                rtpBuffer.clear();
                leg.write(rtpBuffer, packet);
                seal(leg, to, packet.payload().length);
            }
        } else {
            rtpBuffer.clear();
            leg.write(rtpBuffer, nowNs);
            seal(leg, to, PAYLOAD_BYTES); // what is behind the time is of no matter
        }
    }

    private void seal(LoadLeg leg, InetSocketAddress to, int payloadBytes) throws IOException {
        view.wrap(0, RtpView.FIXED_HEADER_BYTES + payloadBytes);
        leg.seal(view);
        rtpBuffer.limit(view.lengthBytes()).position(0);
        if (rtp.send(rtpBuffer, to) > 0) {
            sent++;
        }
    }

    /** Takes one RTP packet where there is one. */
    boolean receiveRtp() throws IOException {
        rtpBuffer.clear();
        InetSocketAddress from = (InetSocketAddress) rtp.receive(rtpBuffer);
        if (from == null) {
            return false;
        }
        long nowNs = System.nanoTime();
        LoadLeg leg = byPort[from.getPort()];
        int length = rtpBuffer.position();
        if (leg == null || !view.wrap(0, length) || !leg.open(view)) {
            refused++;
            return true;
        }
        Optional<Lines.Ear> ear = leg.ear();
        if (ear.isPresent()) {
            received++;
            byte[] payload = new byte[view.payloadBytes()];
            rtpBuffer.get(view.payloadOffset(), payload);
            ear.get().heard(view.payloadType(), view.timestamp(), payload, nowNs);
        } else if (view.payloadBytes() == PAYLOAD_BYTES) {
            received++;
            delays.add(nowNs - rtpBuffer.getLong(view.payloadOffset()));
        } else {
            refused++;
        }
        return true;
    }

    /** Milliseconds from the other side's socket to this one's. */
    Samples delays() {
        return delays;
    }

    long sent() {
        return sent;
    }

    long received() {
        return received;
    }

    /** Packets that belong to no leg, or whose tag did not match. */
    long refused() {
        return refused;
    }

    /** SIP messages that came. */
    long messages() {
        return messages;
    }

    /** Those of them that had come before. */
    long again() {
        return again;
    }

    /** The message in hand has come before. */
    void cameAgain() {
        again++;
    }

    void clearCounts() {
        messages = 0;
        again = 0;
        sent = 0;
        received = 0;
        refused = 0;
        delays.clear();
    }

    @Override
    public void close() throws IOException {
        byCallId.values().forEach(LoadLeg::close);
        sip.close();
        rtp.close();
    }
}
