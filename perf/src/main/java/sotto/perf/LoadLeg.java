package sotto.perf;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpTransform;
import sotto.media.srtp.SrtpTransforms;
import sotto.perf.dtmf.Packet;
import sotto.proxy.demo.AudioSdp;
import sotto.proxy.demo.SipDialog;
import sotto.proxy.demo.SipMessage;

/** One side of one call: its dialog and its stream. Belongs to the generator's thread. */
final class LoadLeg implements AutoCloseable {
    /** Where it stands. */
    enum State {
        INVITED,
        UP,
        ENDING,
        OVER,
        FAILED
    }

    private final LoadSide side;
    private final SipDialog dialog;
    private final AudioSdp ours;
    private final long startNs;
    private State state = State.INVITED;
    private @Nullable InetSocketAddress remote;
    private @Nullable SrtpTransform seal;
    private @Nullable SrtpTransform unseal;
    private @Nullable SipMessage ack;
    private Lines.@Nullable Mouth mouth;
    private Lines.@Nullable Ear ear;
    private final int ssrc = ThreadLocalRandom.current().nextInt();
    private final int firstSequence = ThreadLocalRandom.current().nextInt(0x10000);
    private final int firstTimestamp = ThreadLocalRandom.current().nextInt();
    private int packets;
    private long dueNs;
    private long movedNs;

    /**
     * @param ours what we offered, or answer
     * @param startNs when the INVITE went out or came
     */
    LoadLeg(LoadSide side, SipDialog dialog, AudioSdp ours, long startNs) {
        this.side = side;
        this.dialog = dialog;
        this.ours = ours;
        this.startNs = startNs;
        this.movedNs = startNs;
    }

    String callId() {
        return dialog.callId();
    }

    LoadSide side() {
        return side;
    }

    SipDialog dialog() {
        return dialog;
    }

    AudioSdp ours() {
        return ours;
    }

    long startNs() {
        return startNs;
    }

    State state() {
        return state;
    }

    void move(State next) {
        state = next;
        movedNs = System.nanoTime();
    }

    /** When it came to this state. */
    long movedNs() {
        return movedNs;
    }

    /** Our ACK, once there is one: sent again where the 2xx comes again. */
    Optional<SipMessage> ack() {
        return Optional.ofNullable(ack);
    }

    void ack(SipMessage sent) {
        ack = sent;
    }

    /** Learns where the peer hears, and with which keys. */
    void connect(AudioSdp theirs) {
        remote = theirs.rtp();
        side.hearFrom(theirs.rtp().getPort(), this);
        if (ours.crypto().isPresent() && theirs.crypto().isPresent()) {
            seal = transform(ours.crypto().get());
            unseal = transform(theirs.crypto().get());
        }
    }

    private static SrtpTransform transform(AudioSdp.Crypto crypto) {
        try (var keys = crypto.keys()) {
            return SrtpTransforms.of(keys);
        }
    }

    /** What its packets carry; else the time. */
    Optional<Lines.Mouth> mouth() {
        return Optional.ofNullable(mouth);
    }

    void speaksBy(Lines.Mouth by) {
        mouth = by;
    }

    /** What takes its packets; else their delay alone is. */
    Optional<Lines.Ear> ear() {
        return Optional.ofNullable(ear);
    }

    void hearsBy(Lines.Ear by) {
        ear = by;
    }

    /** When the next packet is due. */
    long dueNs() {
        return dueNs;
    }

    void dueNs(long nextNs) {
        dueNs = nextNs;
    }

    Optional<InetSocketAddress> remote() {
        return Optional.ofNullable(remote);
    }

    /** The next packet of a leg that has no mouth: its payload begins with the time. */
    void write(ByteBuffer buffer, long nowNs) {
        header(buffer, ours.codecs().getFirst().payloadType(), packets, packets * LoadSide.PAYLOAD_BYTES);
        buffer.putLong(nowNs);
        packets++;
    }

    void write(ByteBuffer buffer, Packet packet) {
        int marker = packet.marker() ? 0x80 : 0;
        header(buffer, marker | packet.type(), packet.sequence(), packet.timestamp());
        buffer.put(packet.payload());
    }

    private void header(ByteBuffer buffer, int markerAndType, int sequence, int timestamp) {
        buffer.put((byte) 0x80)
                .put((byte) markerAndType)
                .putShort((short) (firstSequence + sequence))
                .putInt(firstTimestamp + timestamp)
                .putInt(ssrc);
    }

    void seal(RtpView packet) {
        if (seal != null) {
            seal.seal(packet);
        }
    }

    /** Nothing that still comes to a leg that is over does. */
    boolean open(RtpView packet) {
        return remote != null && (unseal == null || unseal.open(packet) == Verdict.NEXT);
    }

    @Override
    public void close() {
        if (seal != null) {
            seal.close();
        }
        if (unseal != null) {
            unseal.close();
        }
        seal = null;
        unseal = null;
        remote = null;
    }
}
