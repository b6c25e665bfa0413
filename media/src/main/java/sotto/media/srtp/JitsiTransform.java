package sotto.media.srtp;

import static sotto.media.srtp.NativeMemory.INT;
import static sotto.media.srtp.NativeMemory.MEMORY;
import static sotto.media.srtp.PacketCipher.RTCP_HEADER_BYTES;
import static sotto.media.srtp.PacketCipher.RTCP_SSRC;
import static sotto.media.srtp.PacketCipher.RTCP_WORD_BYTES;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;
import org.jitsi.srtp.SrtpPolicy;
import org.jitsi.srtp.crypto.Aes;
import org.jitsi.utils.logging2.LoggerImpl;
import org.jspecify.annotations.Nullable;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;

/**
 * SRTP by jitsi-srtp, for machines where libcrypto does not load, and for tests to compare with. May be made on any
 * thread; from its first packet it belongs to the worker that owns the leg.
 *
 * <p>Copies each packet to the heap and back, and leaves garbage. Keeps a copy of the master key until {@link #close}, for
 * jitsi-srtp derives a new SSRC's keys from it; what the JDK's ciphers keep of a session key goes with the garbage.
 */
final class JitsiTransform implements SrtpTransform {
    /** Held, for a logger that nobody holds forgets its level. */
    private static final Logger LIBRARY = Logger.getLogger("org.jitsi.srtp");

    static {
        LIBRARY.setLevel(Level.WARNING); // what it chose is no news here
        Aes.setFactoryClassName(Aes.class.getName() + "$SunJCECipherFactory"); // or a benchmark at start would decide
    }

    private final SrtpContextFactory sealing;
    private final SrtpContextFactory opening;
    private final Streams<SrtpCryptoContext> sealed = new Streams<>();
    private final Streams<SrtcpCryptoContext> sealedRtcp = new Streams<>();
    private final Streams<SrtpCryptoContext> opened = new Streams<>();
    private final Streams<SrtcpCryptoContext> openedRtcp = new Streams<>();
    private final HeapPacket heap = new HeapPacket();
    private final SrtpSuite suite;
    private boolean closed;

    /** @param keys not kept, copied; the caller closes them */
    JitsiTransform(SrtpKeys keys) {
        byte[] key = keys.masterKey();
        byte[] salt = keys.masterSalt();
        suite = keys.suite();
        sealing = factory(true, key, salt, suite);
        opening = factory(false, key, salt, suite);
        Arrays.fill(key, (byte) 0);
        Arrays.fill(salt, (byte) 0);
    }

    private static SrtpContextFactory factory(boolean sender, byte[] key, byte[] salt, SrtpSuite suite) {
        LoggerImpl quiet = new LoggerImpl(JitsiTransform.class.getName(), Level.OFF); // it logs each replay as severe
        return new SrtpContextFactory(
                sender, key, salt, policy(suite, suite.tagBytes()), policy(suite, suite.rtcpTagBytes()), quiet);
    }

    private static SrtpPolicy policy(SrtpSuite suite, int tag) {
        int key = suite.keyBytes();
        int salt = suite.saltBytes();
        return suite.isAead()
                ? new SrtpPolicy(SrtpPolicy.AESGCM_ENCRYPTION, key, SrtpPolicy.NULL_AUTHENTICATION, 0, tag, salt)
                : new SrtpPolicy(SrtpPolicy.AESCM_ENCRYPTION, key, SrtpPolicy.HMACSHA1_AUTHENTICATION, 20, tag, salt);
    }

    @Override
    public Verdict seal(RtpView packet) {
        int ssrc = packet.ssrc();
        SrtpCryptoContext known = sealed.find(ssrc);
        if (closed || (known == null && sealed.isFull())) { // forgetting one would let its key stream be used again
            return Verdict.SRTP_SEAL_REFUSED;
        }
        heap.load(packet.address(), packet.lengthBytes());
        try {
            SrtpCryptoContext stream = known == null ? sealing.deriveContext(ssrc, 0) : known;
            SrtpErrorStatus status = stream.transformPacket(heap);
            if (status != SrtpErrorStatus.OK) {
                return verdict(status, Verdict.SRTP_SEAL_REFUSED);
            }
            sealed.keep(ssrc, stream);
        } catch (GeneralSecurityException e) {
            return Verdict.SRTP_SEAL_REFUSED; // the JDK has no such cipher: counted, and nothing leaves in the clear
        }
        heap.store(packet.address());
        packet.lengthBytes(heap.getLength());
        return Verdict.NEXT;
    }

    @Override
    public Verdict open(RtpView packet) {
        if (closed || packet.lengthBytes() < packet.headerBytes() + suite.tagBytes()) {
            return Verdict.SRTP_BAD_TAG;
        }
        int ssrc = packet.ssrc();
        SrtpCryptoContext known = opened.find(ssrc);
        heap.load(packet.address(), packet.lengthBytes());
        try {
            SrtpCryptoContext stream = known == null ? opening.deriveContext(ssrc, 0) : known;
            SrtpErrorStatus status = stream.reverseTransformPacket(heap, false);
            if (status != SrtpErrorStatus.OK) {
                return verdict(status, Verdict.SRTP_BAD_TAG);
            }
            opened.keep(ssrc, stream);
        } catch (GeneralSecurityException e) {
            return Verdict.SRTP_BAD_TAG;
        }
        heap.store(packet.address());
        packet.lengthBytes(heap.getLength());
        return Verdict.NEXT;
    }

    private static Verdict verdict(SrtpErrorStatus status, Verdict otherwise) {
        return status == SrtpErrorStatus.REPLAY_FAIL || status == SrtpErrorStatus.REPLAY_OLD
                ? Verdict.SRTP_REPLAYED
                : otherwise;
    }

    @Override
    public int sealRtcp(long address, int lengthBytes) {
        if (closed || lengthBytes < RTCP_HEADER_BYTES) {
            return -1;
        }
        int ssrc = MEMORY.get(INT, address + RTCP_SSRC);
        SrtcpCryptoContext known = sealedRtcp.find(ssrc);
        if (known == null && sealedRtcp.isFull()) {
            return -1;
        }
        heap.load(address, lengthBytes);
        try {
            SrtcpCryptoContext stream = known == null ? sealing.deriveControlContext(ssrc) : known;
            if (stream.transformPacket(heap) != SrtpErrorStatus.OK) {
                return -1;
            }
            sealedRtcp.keep(ssrc, stream);
        } catch (GeneralSecurityException e) {
            return -1;
        }
        heap.store(address);
        return heap.getLength();
    }

    @Override
    public int openRtcp(long address, int sealedBytes) {
        if (closed || sealedBytes < RTCP_HEADER_BYTES + RTCP_WORD_BYTES + suite.rtcpTagBytes()) {
            return -1;
        }
        int ssrc = MEMORY.get(INT, address + RTCP_SSRC);
        SrtcpCryptoContext known = openedRtcp.find(ssrc);
        heap.load(address, sealedBytes);
        try {
            SrtcpCryptoContext stream = known == null ? opening.deriveControlContext(ssrc) : known;
            if (stream.reverseTransformPacket(heap) != SrtpErrorStatus.OK) {
                return -1;
            }
            openedRtcp.keep(ssrc, stream);
        } catch (GeneralSecurityException e) {
            return -1;
        }
        heap.store(address);
        return heap.getLength();
    }

    @Override
    public void close() {
        closed = true;
        heap.wipe();
        sealing.close();
        opening.close();
        sealed.clear();
        opened.clear();
        sealedRtcp.clear();
        openedRtcp.clear();
    }

    /** What jitsi-srtp keeps for each SSRC that authenticated; the one that was silent longest goes first. */
    private static final class Streams<C> {
        private final LinkedHashMap<Integer, C> bySsrc = new LinkedHashMap<>(16, 0.75f, true);

        @Nullable
        C find(int ssrc) {
            return bySsrc.get(ssrc);
        }

        boolean isFull() {
            return bySsrc.size() >= Sources.MOST;
        }

        void keep(int ssrc, C stream) {
            bySsrc.put(ssrc, stream);
            if (bySsrc.size() > Sources.MOST) {
                bySsrc.pollFirstEntry();
            }
        }

        void clear() {
            bySsrc.clear();
        }
    }
}
