package sotto.proxy.sdp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import sotto.media.srtp.SrtpKeys;

/** Puts one body together, once, on one thread. Keys go from octets to octets and are wiped on the way. */
final class SdpWriter {
    private static final int USUAL_BYTES = 2048;
    private static final byte[] END = {'\r', '\n'};

    private ByteBuffer text = ByteBuffer.allocate(USUAL_BYTES);
    private final String address;

    SdpWriter(InetAddress own) {
        address = (own instanceof Inet6Address ? "IN IP6 " : "IN IP4 ") + own.getHostAddress();
    }

    /** Everything between o= and the first m= line. */
    SdpWriter session() {
        return line("s=-").line("c=" + address).line("t=0 0");
    }

    SdpWriter line(String ascii) {
        return put(ascii).put(END);
    }

    private SdpWriter put(String ascii) {
        return put(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private SdpWriter put(byte[] octets) {
        if (text.remaining() < octets.length) {
            ByteBuffer larger = ByteBuffer.allocate(2 * (text.capacity() + octets.length));
            larger.put(text.flip());
            Arrays.fill(text.array(), (byte) 0);
            text = larger;
        }
        text.put(octets);
        return this;
    }

    /** The audio line and its attributes. */
    SdpWriter audio(int port, String profile, List<AudioSession.Codec> formats) {
        StringBuilder media = new StringBuilder("m=audio " + port + " " + profile);
        formats.forEach(format -> media.append(' ').append(format.payloadType()));
        line(media.toString());
        for (AudioSession.Codec codec : formats) {
            line("a=rtpmap:" + codec.payloadType() + " " + codec.encoding().rtpmap());
            if (!codec.parameters().isEmpty()) {
                line("a=fmtp:" + codec.payloadType() + " " + codec.parameters());
            }
        }
        return this;
    }

    /** The line of a fax (ITU-T T.38 Annex D.2.1). */
    SdpWriter fax(int port) {
        return line("m=image " + port + " udptl t38");
    }

    /** RFC 4568 §9.1. */
    SdpWriter crypto(int tag, SrtpKeys keys) {
        byte[] key = keys.masterKey();
        byte[] salt = keys.masterSalt();
        byte[] both = Arrays.copyOf(key, key.length + salt.length);
        System.arraycopy(salt, 0, both, key.length, salt.length);
        byte[] base64 = Base64.getEncoder().encode(both);
        put("a=crypto:" + tag + " " + keys.suite() + " inline:").put(base64).put(END);
        for (byte[] secret : List.of(key, salt, both, base64)) {
            Arrays.fill(secret, (byte) 0);
        }
        return this;
    }

    /** A line whose value is secret; wipes that. */
    SdpWriter secret(String name, byte[] value) {
        put(name).put(value).put(END);
        Arrays.fill(value, (byte) 0);
        return this;
    }

    /** What was written so far; wipes it here. */
    byte[] take() {
        byte[] written = Arrays.copyOf(text.array(), text.position());
        Arrays.fill(text.array(), (byte) 0);
        text.clear();
        return written;
    }

    /** Sets the lines that come first before the rest. */
    byte[] origin(long sessionId, long version, byte[] rest) {
        line("v=0").line("o=- " + sessionId + " " + version + " " + address);
        byte[] head = take();
        byte[] body = Arrays.copyOf(head, head.length + rest.length);
        System.arraycopy(rest, 0, body, head.length, rest.length);
        Arrays.fill(rest, (byte) 0);
        return body;
    }
}
