package sotto.media.rtcp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import sotto.media.rtp.LossPattern;
import sotto.media.rtp.Mos;
import sotto.media.rtp.ReceiveStats;

/**
 * An extended report with one block of VoIP metrics (RFC 3611 §2, §4.7), written in place. Stateless.
 *
 * <pre>
 *  octet of the block  is                                            from us
 *  4                   SSRC that it is about                         the peer's
 *  8, 9                loss and discard rate, in 1/256               packets too late for any playout count as discarded
 *  10, 11              loss density of bursts and of gaps            {@link LossPattern}
 *  12, 14              mean length of bursts and of gaps, ms         likewise
 *  16, 18              round trip, delay of the end system, ms       as RTCP told it; none, for nothing is played here
 *  20, 21, 22          levels of signal and noise, echo return loss  127: not measured
 *  23                  Gmin                                          16
 *  24, 25              R factor; that of another network             {@link Mos}; 127: not known
 *  26, 27              MOS to listen, to talk, times 10              likewise
 *  28 to 35            concealment, playout buffer                   0: there is none here
 * </pre>
 */
final class VoipMetrics {
    /** Header, SSRC and block. */
    static final int BYTES = 44;
    /** Of a block. */
    static final int TYPE = 7;
    /** In words, without the first. */
    static final int LENGTH = 8;
    /** A metric that is not known. */
    static final int UNAVAILABLE = 127;

    private static final int BLOCK = 8; // after header and SSRC
    private static final int BLOCK_BYTES = 36;
    private static final int MOST = 0xFFFF;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private VoipMetrics() {}

    /**
     * Writes {@link #BYTES} octets.
     *
     * @param ssrc ours
     * @param heard what the report is about; something came
     * @param roundTripMs below 0 where it is not known
     */
    static void write(MemorySegment memory, long offset, int ssrc, ReceiveStats heard, double roundTripMs) {
        memory.set(BYTE, offset, (byte) 0x80);
        memory.set(BYTE, offset + 1, (byte) RtcpView.EXTENDED_REPORT);
        memory.set(SHORT, offset + 2, (short) (BYTES / 4 - 1));
        memory.set(INT, offset + 4, ssrc);
        long at = offset + BLOCK;
        for (int i = 0; i < BLOCK_BYTES; i++) {
            memory.set(BYTE, at + i, (byte) 0);
        }
        memory.set(BYTE, at, (byte) TYPE);
        memory.set(SHORT, at + 2, (short) LENGTH);
        memory.set(INT, at + 4, heard.sourceSsrc());
        LossPattern pattern = heard.pattern();
        memory.set(BYTE, at + 8, (byte) heard.lossRate());
        memory.set(BYTE, at + 9, (byte) heard.discardRate());
        memory.set(BYTE, at + 10, (byte) pattern.burstDensity());
        memory.set(BYTE, at + 11, (byte) pattern.gapDensity());
        milliseconds(memory, at + 12, pattern.burstPackets() * heard.packetMs());
        milliseconds(memory, at + 14, pattern.gapPackets() * heard.packetMs());
        milliseconds(memory, at + 16, Math.max(0, roundTripMs));
        for (int i = 20; i <= 22; i++) {
            memory.set(BYTE, at + i, (byte) UNAVAILABLE);
        }
        memory.set(BYTE, at + 23, (byte) LossPattern.GMIN);
        writeScores(memory, at, heard, roundTripMs);
    }

    private static void writeScores(MemorySegment memory, long at, ReceiveStats heard, double roundTripMs) {
        LossPattern pattern = heard.pattern();
        double lossPercent = 100.0 * (heard.lossRate() + heard.discardRate()) / 256;
        double burstRatio = Mos.burstRatio(pattern.lost(), pattern.runs(), pattern.packets());
        double listening = Mos.listeningRating(lossPercent, burstRatio);
        double talking = Mos.rating(lossPercent, burstRatio, Mos.delayMs(roundTripMs, heard.jitterMs()));
        memory.set(BYTE, at + 24, (byte) Math.clamp(Math.round(talking), 0, 100));
        memory.set(BYTE, at + 25, (byte) UNAVAILABLE);
        memory.set(BYTE, at + 26, (byte) Math.round(10 * Mos.ofRating(listening)));
        memory.set(BYTE, at + 27, (byte) Math.round(10 * Mos.ofRating(talking)));
    }

    private static void milliseconds(MemorySegment memory, long at, double ms) {
        memory.set(SHORT, at, (short) Math.min(MOST, Math.round(ms)));
    }
}
