package sotto.media;

import sotto.media.packet.Side;
import sotto.media.packet.Verdict;
import sotto.media.worker.QualityCounts;

/** Totals over the life of the process. Thread-safe to read. */
public interface MediaCounters {
    /** RTP packets, and UDPTL packets of faxes, that ended with this verdict, both directions. */
    long packets(Verdict verdict);

    /** How legs of that side sounded, in spans of 5 s. */
    QualityCounts.Spread quality(Side side, QualityCounts.Measure measure);

    /** RTCP packets received. */
    long rtcpPackets();

    /** Key presses seen as telephone-event (RFC 4733). */
    long telephoneEvents();

    /** Key presses seen in band. */
    long inBandTones();

    /** Key presses that came by SIP INFO; taken only while secure-pay is on. */
    long infoKeys();

    /** Tap records dropped because the ring was full. */
    long tapDropped();

    /** Tap files that the disk refused, wholly or from some point on. */
    long tapFailedFiles();

    /** Packets that did not reach their tap file because it had failed. */
    long tapUnwritten();

    /** Port pairs in use now, of all ranges. */
    int portPairsInUse();

    /** Port pairs of all ranges. */
    int portPairs();

    /** Port pairs of one range in use now. */
    int portPairsInUse(int range);

    /** Port pairs of one range. */
    int portPairs(int range);

    /** Faults of ours that ended the audio of a call. */
    long faults();

    /** Media workers that were started. */
    int workers();

    /** Of these, that still run; one that died stays down. */
    int workersUp();
}
