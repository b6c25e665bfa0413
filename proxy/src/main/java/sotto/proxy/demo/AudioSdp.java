package sotto.proxy.demo;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import sotto.media.srtp.SrtpKeys;
import sotto.media.srtp.SrtpSuite;

/**
 * One side's session description with one G.711 stream (RFC 8866), SDES where it has keys (RFC 4568). Immutable.
 *
 * @param rtp where this side receives
 * @param codecs in order of preference; in an answer, the first counts
 * @param telephoneEvent payload type of telephone-event (RFC 4733)
 * @param crypto key that this side sends with
 */
public record AudioSdp(InetSocketAddress rtp, List<G711> codecs, OptionalInt telephoneEvent, Optional<Crypto> crypto) {
    /** Payload type that our agents offer telephone-event under. */
    public static final int TELEPHONE_EVENT = 101;

    private static final SrtpSuite USUAL = SrtpSuite.AES_CM_128_HMAC_SHA1_80;
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * An SDES line.
     *
     * @param tag of the line; an answer repeats the offer's
     * @param inline master key and salt in base 64
     */
    public record Crypto(int tag, SrtpSuite suite, String inline) {
        /** A fresh key of the suite that all have (RFC 4568 §6.2.1). */
        public static Crypto fresh(int tag) {
            return fresh(tag, USUAL);
        }

        private static Crypto fresh(int tag, SrtpSuite suite) {
            byte[] keyAndSalt = new byte[suite.keyBytes() + suite.saltBytes()];
            RANDOM.nextBytes(keyAndSalt);
            return new Crypto(tag, suite, Base64.getEncoder().encodeToString(keyAndSalt));
        }

        /** For a transform; the caller closes it. */
        public SrtpKeys keys() {
            return new SrtpKeys(suite, Base64.getDecoder().decode(inline));
        }

        @Override
        public String toString() {
            return "Crypto[" + tag + ", " + suite + "]";
        }
    }

    /** Reads a peer's; empty where it has no audio that we can speak. */
    public static Optional<AudioSdp> read(byte[] body) {
        return read(body, USUAL);
    }

    /**
     * Reads a peer's; empty where it has no audio that we can speak.
     *
     * @param suite whose line is read, where there is one
     */
    public static Optional<AudioSdp> read(byte[] body, SrtpSuite suite) {
        String host = "";
        int port = 0;
        List<G711> codecs = List.of();
        OptionalInt event = OptionalInt.empty();
        Optional<Crypto> crypto = Optional.empty();
        for (String line : new String(body, StandardCharsets.ISO_8859_1).split("\r?\n")) {
            if (line.startsWith("c=IN IP4 ")) {
                host = line.substring("c=IN IP4 ".length()).strip();
            } else if (line.startsWith("m=audio ") && port == 0) {
                String[] words = line.split(" +");
                port = Integer.parseInt(words[1]);
                codecs = Arrays.stream(words)
                        .skip(3)
                        .flatMap(type -> G711.of(type).stream())
                        .toList();
            } else if (line.toLowerCase(Locale.ROOT).matches("a=rtpmap:\\d+ telephone-event/8000.*")) {
                event = OptionalInt.of(Integer.parseInt(line.substring("a=rtpmap:".length(), line.indexOf(' '))));
            } else if (line.startsWith("a=crypto:") && line.contains(" " + suite + " ") && crypto.isEmpty()) {
                String[] words = line.substring("a=crypto:".length()).split(" +");
                crypto = Optional.of(new Crypto(
                        Integer.parseInt(words[0]),
                        suite,
                        words[2].substring("inline:".length()).split("\\|")[0]));
            }
        }
        return port == 0 || codecs.isEmpty()
                ? Optional.empty()
                : Optional.of(new AudioSdp(new InetSocketAddress(host, port), codecs, event, crypto));
    }

    /** Answers an offer with its first codec, and a key of our own where it has one. */
    public static AudioSdp answering(AudioSdp offer, InetSocketAddress rtp) {
        return new AudioSdp(
                rtp,
                List.of(offer.codecs.getFirst()),
                offer.telephoneEvent,
                offer.crypto.map(theirs -> Crypto.fresh(theirs.tag, theirs.suite)));
    }

    /** As it goes into a message. */
    public byte[] encode() {
        String host = rtp.getAddress().getHostAddress();
        StringBuilder text = new StringBuilder(400)
                .append("v=0\r\no=- 1 1 IN IP4 ")
                .append(host)
                .append("\r\ns=-\r\nc=IN IP4 ")
                .append(host)
                .append("\r\nt=0 0\r\nm=audio ")
                .append(rtp.getPort())
                .append(crypto.isPresent() ? " RTP/SAVP" : " RTP/AVP");
        codecs.forEach(codec -> text.append(' ').append(codec.payloadType()));
        telephoneEvent.ifPresent(type -> text.append(' ').append(type));
        text.append("\r\n");
        codecs.forEach(codec -> text.append("a=rtpmap:")
                .append(codec.payloadType())
                .append(' ')
                .append(codec)
                .append("/8000\r\n"));
        telephoneEvent.ifPresent(type -> text.append("a=rtpmap:")
                .append(type)
                .append(" telephone-event/8000\r\na=fmtp:")
                .append(type)
                .append(" 0-15\r\n"));
        crypto.ifPresent(key -> text.append("a=crypto:")
                .append(key.tag)
                .append(' ')
                .append(key.suite)
                .append(" inline:")
                .append(key.inline)
                .append("\r\n"));
        return text.append("a=ptime:20\r\na=sendrecv\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
