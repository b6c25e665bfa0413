package sotto.proxy.sdp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes the lines of our half of one leg's SDP, in each of the ways in which it may be protected. Guarded by the call.
 *
 * @param address ours
 * @param rtpPort ours
 * @param keys ours, for SDES
 * @param dtls ours, where the leg may have it
 * @param xr when the peer gets VoIP metrics, and is asked for its own
 */
record OwnLines(InetAddress address, int rtpPort, OwnKeys keys, Optional<OwnDtls> dtls, RtcpXr xr) {
    private OwnDtls known() {
        return dtls.orElseThrow(() -> new IllegalStateException("DTLS on a leg that has no certificate"));
    }

    /**
     * Begins a body: all before the first m= line.
     *
     * @param at place of the stream among the m= lines
     */
    SdpWriter session(Keying way, int at) {
        SdpWriter writer = new SdpWriter(address).session();
        if (way == Keying.DTLS) {
            known().writeSession(writer, at);
        }
        return writer;
    }

    /** A line of theirs that is not taken (RFC 3264 §6). */
    void refuse(SdpWriter writer, String line, Keying way, int at) {
        writer.line("m=" + MediaLine.refused(line));
        if (way == Keying.DTLS) {
            known().writeMid(writer, at);
        }
    }

    /** The stream that the peer is offered. */
    void offer(SdpWriter writer, AudioSession other, Keying way, int at) {
        if (other.isFax()) {
            finishFax(writer.fax(rtpPort), other, other.direction());
            return;
        }
        audio(writer, way, other);
        if (way == Keying.SDES) {
            keys.offered().forEach(line -> writer.crypto(line.tag(), line.keys()));
        } else if (way == Keying.DTLS) {
            known().writeStream(writer, at, true, this);
        }
        finishAudio(writer, other, other.direction(), xr.sends(false));
    }

    /**
     * The stream that answers the peer's.
     *
     * @param stream the peer's, with the codec and events that were settled
     * @param other what the other side's peer answered
     */
    void answer(SdpWriter writer, AudioSession stream, AudioSession other) {
        Direction direction = other.direction().within(stream.direction());
        if (stream.isFax()) {
            finishFax(writer.fax(rtpPort), other, direction);
            return;
        }
        audio(writer, stream.keying(), stream);
        if (stream.dtls().isPresent()) {
            known().writeStream(writer, stream.audioLine(), false, this);
        }
        stream.crypto().stream() // the first that both have, under the offer's tag (RFC 4568 §5.1.2)
                .limit(1)
                .forEach(line -> writer.crypto(line.tag(), keys.of(line.keys().suite())));
        finishAudio(writer, other, direction, xr.sends(stream.voipMetrics()));
    }

    private void audio(SdpWriter writer, Keying way, AudioSession stream) {
        String profile =
                switch (way) {
                    case PLAIN -> "RTP/AVP";
                    case SDES -> "RTP/SAVP";
                    case DTLS -> known().profile();
                };
        List<AudioSession.Codec> formats = new ArrayList<>(stream.codecs());
        formats.addAll(stream.telephoneEvents());
        writer.audio(rtpPort, profile, formats);
    }

    private static void finishAudio(SdpWriter writer, AudioSession other, Direction direction, boolean metrics) {
        if (metrics) {
            writer.line(RtcpXr.ATTRIBUTE);
        }
        other.ptimeMs().ifPresent(ms -> writer.line("a=ptime:" + ms));
        other.kept().forEach(writer::line);
        writer.line("a=" + direction.attribute());
    }

    /** Without the usual direction, which not every gateway knows on this line. */
    private static void finishFax(SdpWriter writer, AudioSession other, Direction direction) {
        other.kept().forEach(writer::line);
        if (direction != Direction.SENDRECV) {
            writer.line("a=" + direction.attribute());
        }
    }
}
