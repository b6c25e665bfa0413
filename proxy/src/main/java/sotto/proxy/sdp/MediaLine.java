package sotto.proxy.sdp;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One m= line (RFC 8866 §5.14).
 *
 * @param text the whole value
 * @param port 0 where the stream is refused or ended (RFC 3264 §5.1)
 * @param formats payload types, as text
 */
record MediaLine(String text, String media, int port, String protocol, List<String> formats) {
    private static final Pattern TOKENS = Pattern.compile("[!-~]+( [!-~]+){3,}"); // we send it back, so no odd octets
    private static final Pattern PORT = Pattern.compile("\\d{1,5}(/1)?");

    static MediaLine read(SdpLine line) throws SdpRefused {
        String text = line.text().strip();
        if (!TOKENS.matcher(text).matches()) {
            throw line.malformed("is not media, port, protocol and formats, one space apart (RFC 8866 §5.14)");
        }
        List<String> tokens = List.of(text.split(" "));
        String port = tokens.get(1);
        if (!PORT.matcher(port).matches()) {
            throw line.malformed("has a port that is not one number from 0 to 65535");
        }
        int number = Integer.parseInt(port.replace("/1", ""));
        if (number > 65535) {
            throw line.malformed("has a port that is not one number from 0 to 65535");
        }
        return new MediaLine(text, tokens.get(0), number, tokens.get(2), tokens.subList(3, tokens.size()));
    }

    boolean isAudio() {
        return media.equals("audio") && port != 0;
    }

    /** T.38 over UDPTL (RFC 3362, ITU-T T.38 Annex D.2.1); over TCP or RTP it is not carried. */
    boolean isFax() {
        return media.equals("image")
                && port != 0
                && protocol.equalsIgnoreCase("udptl")
                && formats.stream().anyMatch("t38"::equalsIgnoreCase);
    }

    /** The same line with port 0: the answer to a stream that is not taken (RFC 3264 §6). */
    static String refused(String text) {
        String[] tokens = text.split(" ", 3);
        return tokens[0] + " 0 " + tokens[2];
    }
}
