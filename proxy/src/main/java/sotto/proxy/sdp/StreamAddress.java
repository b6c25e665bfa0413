package sotto.proxy.sdp;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sotto.proxy.sdp.SdpRefused.Reason;

/** Reads where a stream is received: its c= line (RFC 8866 §5.7) and its a=rtcp (RFC 3605). Stateless. */
final class StreamAddress {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
    private static final Pattern RTCP = Pattern.compile("(\\d{1,5})( IN IP[46] \\S+)? *");

    private StreamAddress() {}

    /** The address of the stream; of the session, where the stream has none. */
    static InetAddress of(List<SdpLine> session, List<SdpLine> stream) throws SdpRefused {
        SdpLine line = connection(stream);
        line = line != null ? line : connection(session);
        if (line == null) {
            throw new SdpRefused(Reason.MALFORMED, "SDP has no c= line for its audio or fax (RFC 8866 §5.7)");
        }
        String[] tokens = line.text().strip().split(" ");
        if (tokens.length != 3 || !tokens[0].equals("IN")) {
            throw line.malformed("is not IN, IP4 or IP6, address (RFC 8866 §5.7)");
        }
        return address(line, tokens[1], tokens[2]);
    }

    private static @Nullable SdpLine connection(List<SdpLine> lines) throws SdpRefused {
        SdpLine found = null;
        for (SdpLine line : lines) {
            if (line.type() == 'c') {
                if (found != null) {
                    throw line.malformed("is a second c= line for the same media");
                }
                found = line;
            }
        }
        return found;
    }

    /** An address of one host. Names are never looked up: that would let a peer make us ask the network. */
    private static InetAddress address(SdpLine line, String type, String text) throws SdpRefused {
        try {
            InetAddress address = null;
            if (type.equals("IP4") && IPV4.matcher(text).matches()) {
                address = Inet4Address.ofLiteral(text);
            } else if (type.equals("IP6") && IPV6.matcher(text).matches()) {
                address = Inet6Address.ofLiteral(text);
            }
            if (address != null && !address.isMulticastAddress() && !text.equals("255.255.255.255")) {
                return address;
            }
        } catch (IllegalArgumentException e) { // its message quotes the text
            throw line.malformed("has an address that is not one (RFC 8866 §5.7)");
        }
        throw line.malformed("needs the IP address of one host: no host name, no multicast, no broadcast");
    }

    /** Where RTCP of the audio goes: as a=rtcp says, or to the next port. */
    static InetSocketAddress rtcp(List<SdpLine> audio, InetAddress address, int rtpPort) throws SdpRefused {
        for (SdpLine line : audio) {
            if (line.isAttribute("rtcp")) { // RFC 3605 §2.1
                Matcher matcher = RTCP.matcher(line.attributeValue("rtcp"));
                if (!matcher.matches()) {
                    throw line.malformed("is not a port, or a port and an address (RFC 3605 §2.1)");
                }
                int port = Integer.parseInt(matcher.group(1));
                if (port == 0 || port > 65535) {
                    throw line.malformed("has a port that is not from 1 to 65535");
                }
                String[] where = matcher.group(2) == null
                        ? new String[0]
                        : matcher.group(2).strip().split(" ");
                return new InetSocketAddress(where.length == 0 ? address : address(line, where[1], where[2]), port);
            }
        }
        if (rtpPort == 65535) {
            throw new SdpRefused(
                    Reason.MALFORMED, "the audio port is 65535, which leaves none for RTCP; use an even one");
        }
        return new InetSocketAddress(address, rtpPort + 1);
    }
}
