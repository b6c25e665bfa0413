package sotto.media.path;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import sotto.media.codec.AudioFormat;
import sotto.media.net.MediaPort;
import sotto.media.packet.Verdict;
import sotto.media.rtp.ReceiveStats;
import sotto.media.rtp.Rewrite;
import sotto.media.srtp.SrtpTransform;

/**
 * One leg as offer and answer settled it, and the state that outlives a re-INVITE. Belongs to the worker that owns the
 * leg; made anew each time the leg is settled.
 *
 * @param latch stays for the life of the leg
 * @param port sends to the peer; likewise
 * @param stats of what the peer sends; likewise
 * @param stream what the peer gets; likewise
 * @param format the codec
 * @param payloadType its payload type
 * @param telephoneEvent payload type of telephone-event
 * @param open decrypts what the peer sends; null for plain RTP
 * @param seal encrypts what the peer gets; null exactly when open is
 * @param peerReceives false where the peer is on hold
 * @param notHeard why nothing that the peer sends is taken now; null where it is
 * @param notSent why nothing is sent to the peer now; null where it is
 */
public record SettledLeg(
        SourceLatch latch,
        MediaPort port,
        ReceiveStats stats,
        Rewrite stream,
        AudioFormat format,
        int payloadType,
        OptionalInt telephoneEvent,
        @Nullable SrtpTransform open,
        @Nullable SrtpTransform seal,
        boolean peerReceives,
        @Nullable Verdict notHeard,
        @Nullable Verdict notSent) {}
