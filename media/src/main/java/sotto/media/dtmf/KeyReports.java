package sotto.media.dtmf;

import sotto.media.packet.RtpView;

/**
 * Finds the reports of telephone-events in a packet and walks them, the oldest first. Reads in place, keeps nothing.
 *
 * <pre>
 *  payload                          reports                                                  RFC
 *  5 E0 160                         5 at the packet's timestamp                              4733 §2.3
 *  5 E1 400, 6 E0 80                5 at it, 6 at it + 400                                   4733 §2.5.1.5
 *  (101, -800, 4) (101) 5 …, 6 …    5 at it - 800, 6 at it                                   2198 §3
 *  (101) 6 E0 80                    6 at it: nothing redundant yet
 * </pre>
 */
final class KeyReports {
    private static final int KEYS = 16; // RFC 4733 §3.2
    private static final int REPORT_BYTES = 4;
    private static final int BLOCK_HEADER_BYTES =
            4; // RFC 2198 §3: F, payload type, offset, length; the last is one octet
    private static final int MORE_BLOCKS = 0x80;
    private static final int LENGTH = 0x3FF;
    private static final int END = 0x0080_0000;
    private static final int RESERVED = 0x0040_0000;
    private static final int DURATION = 0xFFFF;

    private KeyReports() {}

    /** Takes reports. */
    interface Listener {
        /**
         * Takes one.
         *
         * @param payloadType the packet's, or that of its block
         * @param timestamp at which its event began
         * @param report event, E, R, volume and duration as they stand in the payload
         */
        void report(RtpView packet, int payloadType, int timestamp, int report);
    }

    /** A packet under a payload type of no meaning that reads as reports of keys and cannot well be anything else. */
    static boolean areLikely(RtpView packet) {
        return packet.payloadBytes() == REPORT_BYTES ? isKey(packet.payloadInt(0)) : redundancyHeader(packet) > 0;
    }

    /** Walks a packet of which it is known that it carries reports, or that {@link #areLikely}. */
    static void each(RtpView packet, Listener listener) {
        int header = redundancyHeader(packet);
        int data = header;
        for (int at = 0; at + 1 < header; at += BLOCK_HEADER_BYTES) {
            int block = packet.payloadInt(at);
            run(packet, block, data, listener);
            data += block & LENGTH;
        }
        int type = header == 0 ? packet.payloadType() : packet.payloadByte(header - 1);
        run(packet, type << 24 | Math.min(packet.payloadBytes() - data, LENGTH), data, listener);
    }

    /**
     * Reports that follow each other: each but the last has ended.
     *
     * @param block payload type, offset and length as in the header of a block
     */
    private static void run(RtpView packet, int block, int from, Listener listener) {
        int type = block >>> 24 & 0x7F;
        int start = packet.timestamp() - (block >>> 10 & 0x3FFF);
        int until = from + (block & LENGTH);
        boolean goesOn = true;
        for (int at = from; goesOn && at + REPORT_BYTES <= until; at += REPORT_BYTES) {
            int report = packet.payloadInt(at);
            boolean isFirst = at == from;
            if (isFirst || (isKey(report) && (report & DURATION) > 0)) { // else it fills a packet up
                listener.report(packet, type, start, report);
            }
            start += report & DURATION;
            goesOn = (report & END) != 0;
        }
    }

    /** Octets of RFC 2198's headers before blocks of reports; 0 where the payload is nothing of the kind. */
    private static int redundancyHeader(RtpView packet) {
        int payload = packet.payloadBytes();
        if (payload % REPORT_BYTES != 1) { // headers of four octets and one of one, blocks of four
            return 0;
        }
        int at = 0;
        int data = 0;
        while (at < payload - 1 && (packet.payloadByte(at) & MORE_BLOCKS) != 0) {
            int length = packet.payloadInt(at) & LENGTH;
            if (length % REPORT_BYTES != 0 || !isDynamic(packet.payloadByte(at))) {
                return 0;
            }
            data += length;
            at += BLOCK_HEADER_BYTES;
        }
        int header = at + 1;
        int last = packet.payloadByte(at);
        boolean whole = header < payload && header + data <= payload && (last & MORE_BLOCKS) == 0 && isDynamic(last);
        return whole && areKeys(packet, header) ? header : 0;
    }

    /** Of a block: no key has so high a number, so a report is never taken for a header. */
    private static boolean isDynamic(int octet) {
        return (octet & 0x7F) >= RtpView.FIRST_DYNAMIC_TYPE;
    }

    private static boolean areKeys(RtpView packet, int from) {
        for (int at = from; at < packet.payloadBytes(); at += REPORT_BYTES) {
            if (!isKey(packet.payloadInt(at))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isKey(int report) {
        return report >>> 24 < KEYS && (report & RESERVED) == 0;
    }
}
