package sotto.perf.dtmf;

/**
 * One RTP packet of a stream that somebody sends.
 *
 * @param type payload type
 * @param sequence the stream's first packet is 0
 * @param timestamp the stream's first sample is 0
 * @param payload not to be written
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares packets
public record Packet(int type, boolean marker, int sequence, int timestamp, byte[] payload) {}
