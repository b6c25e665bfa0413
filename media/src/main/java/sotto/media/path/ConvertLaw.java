package sotto.media.path;

import sotto.media.codec.LawConversion;
import sotto.media.packet.RtpView;
import sotto.media.packet.Stage;
import sotto.media.packet.Verdict;

/**
 * Makes A law of µ law, or the other way round, where the legs differ. Events and comfort noise have no law and pass as
 * they are. Stateless.
 */
final class ConvertLaw implements Stage {
    private final int payloadType;
    private final LawConversion conversion;

    /** @param payloadType of the audio on the leg that it comes from */
    ConvertLaw(int payloadType, LawConversion conversion) {
        this.payloadType = payloadType;
        this.conversion = conversion;
    }

    @Override
    public Verdict process(RtpView packet, long nowNs) {
        if (packet.payloadType() == payloadType) {
            for (int i = packet.payloadBytes() - 1; i >= 0; i--) {
                packet.payloadByte(i, conversion.octet(packet.payloadByte(i)));
            }
        }
        return Verdict.NEXT;
    }
}
