package sotto.perf.relay;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sotto.media.srtp.SrtpKeys;
import sotto.media.srtp.SrtpSuite;

/** Descriptions of one G.711 stream (RFC 8866), with one SDES line of a suite that is asked for (RFC 4568). Stateless. */
final class AudioText {
    private static final Pattern HOST = Pattern.compile("(?m)^c=IN IP4 (\\S+)");
    private static final Pattern PORT = Pattern.compile("(?m)^m=audio (\\d+) ");
    private static final SecureRandom RANDOM = new SecureRandom();

    private AudioText() {}

    /** An offer of plain RTP. */
    static String offer(InetSocketAddress rtp) {
        return text(rtp, "RTP/AVP", "");
    }

    /**
     * An answer, and what the leg has from then on.
     *
     * @param text the description
     * @param leg where to send to, and keys
     */
    record Answer(String text, LegEnd leg) {}

    /**
     * Answers an offer.
     *
     * @param suite that is taken; empty for plain RTP
     * @throws IllegalArgumentException where it is not offered, or nothing is that we can read
     */
    static Answer answer(String offer, InetSocketAddress rtp, Optional<SrtpSuite> suite) {
        if (suite.isEmpty()) {
            return new Answer(text(rtp, "RTP/AVP", ""), LegEnd.plain(rtp(offer)));
        }
        Matcher line = Pattern.compile("(?m)^a=crypto:(\\d+) " + suite.get() + " inline:([A-Za-z0-9+/=]+)")
                .matcher(offer);
        if (!line.find()) {
            throw new IllegalArgumentException("the relay does not offer " + suite.get());
        }
        byte[] ours = new byte[suite.get().keyBytes() + suite.get().saltBytes()];
        RANDOM.nextBytes(ours);
        String crypto = "a=crypto:" + line.group(1) + " " + suite.get() + " inline:"
                + Base64.getEncoder().encodeToString(ours) + "\r\n";
        SrtpKeys theirs = new SrtpKeys(suite.get(), Base64.getDecoder().decode(line.group(2)));
        return new Answer(
                text(rtp, "RTP/SAVP", crypto),
                new LegEnd(rtp(offer), Optional.of(new LegEnd.Keys(new SrtpKeys(suite.get(), ours), theirs))));
    }

    /** Where a description says that audio goes. */
    static InetSocketAddress rtp(String description) {
        Matcher host = HOST.matcher(description);
        Matcher port = PORT.matcher(description);
        if (!host.find() || !port.find()) {
            throw new IllegalArgumentException("no address in a description:\n" + description);
        }
        return new InetSocketAddress(host.group(1), Integer.parseInt(port.group(1)));
    }

    static byte[] octets(String description) {
        return description.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] body) {
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    private static String text(InetSocketAddress rtp, String profile, String crypto) {
        String host = rtp.getAddress().getHostAddress();
        return "v=0\r\no=- 1 1 IN IP4 " + host + "\r\ns=-\r\nc=IN IP4 " + host + "\r\nt=0 0\r\nm=audio " + rtp.getPort()
                + " " + profile + " 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
                + "a=fmtp:101 0-15\r\n" + crypto + "a=ptime:20\r\na=sendrecv\r\n";
    }
}
