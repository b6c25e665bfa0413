package sotto.proxy.sdp;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The text of what one leg's peer was sent: its session id and versions (RFC 3264 §5, §8), and the body that was agreed on.
 * Has keys, which it wipes. Guarded by the call.
 */
final class OwnText implements AutoCloseable {
    private static final byte[] NOTHING = {};

    private final long sessionId;
    private long version;
    private byte[] written = NOTHING; // hash of what was sent last, but for its version
    private byte[] open = NOTHING; // an offer that was sent and not answered, or refused
    private byte[] body = NOTHING; // what was sent last and agreed on

    /** @param sessionId for the o= line, not negative */
    OwnText(long sessionId) {
        this.sessionId = sessionId;
    }

    /** Makes a body of what was written. The version rises with each change of the text, and only then (RFC 3264 §8). */
    byte[] sending(SdpWriter writer) {
        byte[] rest = writer.take();
        byte[] hash = hash(rest);
        if (!Arrays.equals(hash, written)) {
            version++;
            written = hash;
        }
        forgetOpen();
        open = writer.origin(sessionId, version, rest);
        return open.clone();
    }

    /** What was sent last is what the session is; a final answer may come after a provisional one. */
    void agreed() {
        if (open.length > 0) {
            Arrays.fill(body, (byte) 0);
            body = open;
            open = NOTHING;
        }
    }

    /** The very text that was agreed on, to be sent as an offer. */
    byte[] again() {
        forgetOpen();
        return body.clone();
    }

    private void forgetOpen() {
        Arrays.fill(open, (byte) 0);
        open = NOTHING;
    }

    private static byte[] hash(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public void close() {
        Arrays.fill(body, (byte) 0);
        forgetOpen();
    }
}
