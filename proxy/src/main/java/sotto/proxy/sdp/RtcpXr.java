package sotto.proxy.sdp;

import java.util.List;
import java.util.regex.Pattern;

/** When a peer gets VoIP metrics in our RTCP (RFC 3611 §4.7), and is told so by a=rtcp-xr (§5.1). */
public enum RtcpXr {
    /** Where its own SDP asks for them; then ours has the attribute too. */
    ASKED,
    /** Whether it asks or not; and it is asked for its own. */
    ALWAYS,
    /** Not even then. */
    NEVER;

    /** The line of our SDP. */
    static final String ATTRIBUTE = "a=rtcp-xr:voip-metrics";

    private static final Pattern METRICS = Pattern.compile("(.* )?voip-metrics( .*)?");

    /**
     * True where it gets them.
     *
     * @param asked whether its last SDP asked for them
     */
    boolean sends(boolean asked) {
        return this == ALWAYS || (this == ASKED && asked);
    }

    /** True where the audio, or the session, asks for VoIP metrics. */
    static boolean isAsked(List<SdpLine> session, List<SdpLine> audio) {
        return asks(audio) || asks(session);
    }

    private static boolean asks(List<SdpLine> lines) {
        return lines.stream()
                .anyMatch(line -> line.isAttribute("rtcp-xr")
                        && METRICS.matcher(line.attributeValue("rtcp-xr").strip())
                                .matches());
    }
}
